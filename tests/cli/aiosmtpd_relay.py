"""A mail relay with TLS and a login, on aiosmtpd. Prints its ports, then each mail as Python's parser reads it."""

import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = b"muster", b"s3cret"


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        result = {
            "from": str(mail["From"]),
            "to": str(mail["To"]),
            "subject": mail["Subject"],
            "message_id": mail["Message-ID"],
            "text": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
            "html": mail.get_body(("html",)).get_content().replace("\r\n", "\n"),
            "defects": [str(defect) for part in mail.walk() for defect in part.defects],
            "encrypted": session.ssl is not None,
            "login": session.auth_data.login.decode(),
        }
        print(json.dumps(result), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    valid = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=valid, handled=False, auth_data=data)


class FreePortController(Controller):
    """aiosmtpd connects to its own port after the start, so it has to know the port that it got for port 0."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    ports = []
    for options in [
        {"tls_context": context, "require_starttls": True},
        {"ssl_context": context, "auth_require_tls": False},
        {"auth_require_tls": False},
    ]:
        controller = FreePortController(
            Handler(), hostname="127.0.0.1", port=0, authenticator=authenticate, auth_required=True, **options
        )
        controller.start()
        ports.append(controller.port)
    print(*ports, flush=True)
    sys.stdin.read()


main()
