"""Every fault ends as it must, in time, shows nothing, and is logged so that an alarm can go off."""

import pytest

from tests.get_secret_faults import FAULTS, Fault, invoke_fault
from tests.get_secret_run import CANARY


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_a_fault(fault: Fault) -> None:
    ran = invoke_fault(fault)
    assert (ran.status, ran.outcomes[-1], ran.lines[-1]["level"]) == (fault.status, fault.outcome, "ERROR")
    assert set(ran.body) == {"error", "requestId"}
    assert not ran.shows(CANARY)
    assert ran.seconds < fault.milliseconds / 1000
    assert ran.only_audit_lines
