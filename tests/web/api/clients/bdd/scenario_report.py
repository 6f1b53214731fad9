"""A plugin of pytest. Writes the outcome of each scenario to the file MUSTER_BDD_REPORT, as one JSON object a line.

Scenarios that Datadog marks as skipped are left out. Those with pagination need exactly the incidents that were there
before the suite, so they run first.
"""

import json
import os

import pytest

failures = {}
skipped = set()


def scenario_name(item):
    return item.obj.__scenario__.name


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: "with pagination" not in scenario_name(item))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped:
        skipped.add(item.nodeid)
    if report.failed:
        message = getattr(report.longrepr, "reprcrash", report.longrepr)
        failures.setdefault(item.nodeid, []).append(f"{report.when}: {message}")
    if report.when == "teardown" and item.nodeid not in skipped:
        result = {"scenario": scenario_name(item), "failures": failures.get(item.nodeid, [])}
        with open(os.environ["MUSTER_BDD_REPORT"], "a", encoding="utf-8") as file:
            print(json.dumps(result), file=file)
