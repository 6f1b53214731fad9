"""Prints what Python's parser reads of the mails in a folder: a JSON list in the order of the file names."""

import email
import email.policy
import json
import pathlib
import sys
from email.header import decode_header, make_header
from email.utils import parseaddr


def address(mail, raw, header):
    [parsed] = mail[header].addresses
    # policy.default keeps the blank between two encoded words of a name, against RFC 2047, section 6.2.
    name, _ = parseaddr(raw[header])
    return {"name": str(make_header(decode_header(name))), "address": parsed.addr_spec}


def body(mail, kind):
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


def defects(mail):
    in_parts = [defect for part in mail.walk() for defect in part.defects]
    in_headers = [defect for value in mail.values() for defect in value.defects]
    return [str(defect) for defect in in_parts + in_headers]


def read(path):
    content = path.read_bytes()
    mail = email.message_from_bytes(content, policy=email.policy.default)
    raw = email.message_from_bytes(content)
    return {
        "subject": mail["Subject"],
        "from": address(mail, raw, "From"),
        "to": address(mail, raw, "To"),
        "text": body(mail, "plain"),
        "html": body(mail, "html"),
        "defects": defects(mail),
    }


print(json.dumps([read(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))]))
