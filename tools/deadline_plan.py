"""From the rows of a policy to the steps of a document, as plain values.

Read once, a plan serves thousands of documents without touching a record.
"""

from datetime import timedelta
from typing import NamedTuple


class Step(NamedTuple):
    """A row of a policy as it stands for documents of one channel and mode."""

    line_id: int
    calendar_id: int | bool
    milestone: str
    role: str
    wait: str | bool
    event: str | bool
    duration: float
    unit: str
    clock: str
    warning_lead: float
    is_target: bool
    # Round the clock both are known beforehand.
    due_after: timedelta | bool
    warning_after: timedelta | bool


def resolve(policy, lines, is_web):
    """Return the `Step` list of ``lines``, with what each waits for (D-08, D-09).

    The previous step of a row is the nearest one above that counts from a previous
    step itself; rows that count from the report or an event stand beside that chain.

    :param policy: ``aftersales.policy``
    :param lines: its rows that apply, in their order
    :param is_web: whether the report came by the web form
    """
    by_report = policy.anchor_default == "report"
    from_collection = (
        is_web
        and policy.web_response_start == "collection"
        and "collected" in lines.mapped("milestone")
    )
    steps = []
    previous = False
    for line in lines:
        wait = False
        if line.anchor == "milestone":
            wait = line.anchor_milestone
        elif line.anchor == "previous" or (line.anchor == "default" and not by_report):
            wait = line.anchor_milestone or previous
        if not wait and from_collection and line.milestone == "responded":
            wait = "collected"
        if line.anchor in ("default", "previous"):
            previous = line.milestone
        due_after = warning_after = False
        if line.unit in ("minute", "hour") and line.clock == "continuous":
            minutes = line.duration * (1 if line.unit == "minute" else 60)
            due_after = timedelta(minutes=minutes)
            lead = timedelta(hours=line.warning_lead)
            if timedelta() < lead < due_after:
                warning_after = due_after - lead
        steps.append(
            Step(
                line_id=line.id,
                calendar_id=policy.calendar_id.id,
                milestone=line.milestone,
                role=line.role,
                wait=wait,
                event=line.event,
                duration=line.duration,
                unit=line.unit,
                clock=line.clock,
                warning_lead=line.warning_lead,
                is_target=line.is_target,
                due_after=due_after,
                warning_after=warning_after,
            )
        )
    return steps


def run_times(time, start, base, terms):
    """Return ``(due, warning_at)`` of a clock that starts; either may be False.

    :param time: `BusinessTime` in which it counts
    :param start: when it starts; no warning comes before
    :param base: from where the limit counts: ``start``, or the event
    :param terms: `Step` or ``aftersales.deadline``: limit, unit, clock, warning
    """
    working = terms.clock == "working"
    due = time.due(base, terms.duration, terms.unit, working)
    warning_at = False
    if due and terms.warning_lead:
        warning_at = time.shift(due, -60 * terms.warning_lead, working)
        if warning_at <= start:
            # The lead is longer than the limit: the deadline itself must do.
            warning_at = False
    return due, warning_at
