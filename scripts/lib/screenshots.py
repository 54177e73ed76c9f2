"""Takes the pictures of docs/user/img: screenshots.py URL DATABASE FOLDER [WORD...]

A picture is named here once, with who looks, on what, and what he does first. Records
are found by what they are, not by their number, so the demo data may change.
"""

import json
import sys
import urllib.request
from pathlib import Path
from typing import NamedTuple

from browser import Browser

DEMO_USERS = Path(__file__).parent / "demo_users.txt"


class Shot(NamedTuple):
    name: str
    login: str
    # A path, or a function of the session that returns one
    path: object
    device: str = "desktop"
    # What the user does before the picture is taken: JavaScript expressions
    steps: tuple = ()


def tab(name):
    """Return the step that opens a page of the form."""
    return f"document.querySelector('.o_notebook a.nav-link[name=\"{name}\"]')?.click()"


def scroll(selector):
    """Return the step that brings an element to the top of the screen."""
    return f"document.querySelector('{selector}')?.scrollIntoView()"


def centre(selector):
    """Return the step that brings an element to the middle of the screen."""
    return f"document.querySelector('{selector}')?.scrollIntoView({{block: 'center'}})"


def record(action, model, domain, order="id"):
    """Return the function that finds the form of the best record of a domain."""

    def path(session):
        found = session.search(model, domain, order)
        if not found:
            raise LookupError(f"no {model} with {domain}")
        return f"/odoo/action-aftersales.{action}/{found[0]}"

    return path


def view(action, kind):
    return f"/odoo/action-aftersales.{action}?view_type={kind}"


def ticket(*domain, order="priority desc, id"):
    return record("ticket_action", "aftersales.ticket", list(domain), order)


def order(*domain):
    """Return the function that finds the portal page of one of the user's orders."""

    def path(session):
        found = session.search("sale.order", list(domain), "id desc")
        if not found:
            raise LookupError(f"no sale.order with {domain}")
        return f"/my/orders/{found[0]}"

    return path


BUSY = ("line_ids", "!=", False)
WORKSHOP = ("service_mode", "=", "workshop")


def state(*names):
    return ("state", "in", names)


SHOTS = [
    Shot(
        "ticket",
        "manager",
        ticket(state("in_progress"), BUSY, WORKSHOP),
        steps=(tab("lines"),),
    ),
    Shot("advisor_tickets", "advisor", view("ticket_action", "kanban")),
    Shot(
        "advisor_lines",
        "advisor",
        ticket(state("quoted"), BUSY, WORKSHOP),
        steps=(tab("lines"), scroll(".o_notebook")),
    ),
    Shot(
        "advisor_deadlines",
        "advisor",
        ticket(state("in_progress"), WORKSHOP),
        steps=(tab("deadlines"), scroll(".o_notebook")),
    ),
    Shot(
        "advisor_appointments",
        "advisor",
        record(
            "appointment_action", "aftersales.appointment", [("state", "=", "prepared")]
        ),
    ),
    Shot(
        "advisor_reception_phone",
        "advisor",
        record("reception_action", "aftersales.reception", [("marks", "!=", False)]),
        "phone",
        steps=(centre(".o_aftersales_outline"),),
    ),
    Shot(
        "advisor_addition",
        "advisor",
        record(
            "addition_action",
            "aftersales.addition",
            [("state", "in", ("reported", "asked", "answered"))],
        ),
    ),
    Shot(
        "claims_claim",
        "claims",
        record(
            "warranty_claim_action",
            "aftersales.warranty.claim",
            [("state", "in", ("answered", "settled"))],
            "amount_open desc, id desc",
        ),
    ),
    Shot("claims_list", "claims", view("warranty_claim_action", "list")),
    Shot(
        "quality_recall",
        "manager",
        record("campaign_action", "aftersales.campaign", [("state", "=", "running")]),
    ),
    Shot(
        "quality_decision",
        "quality",
        record(
            "warranty_decision_action", "aftersales.warranty.decision", [], "id desc"
        ),
    ),
    Shot(
        "parts_old_part_phone",
        "parts",
        record("part_return_action", "aftersales.part.return", [("state", "=", "due")]),
        "phone",
    ),
    Shot("vehicle", "advisor", record("vehicle_action", "aftersales.vehicle", [])),
    Shot("followup", "advisor", view("followup_action", "list")),
    Shot(
        "technician_phone", "technician", view("ticket_action_mine", "kanban"), "phone"
    ),
    Shot(
        "technician_ticket_phone",
        "technician",
        ticket(state("in_progress"), WORKSHOP),
        "phone",
    ),
    Shot(
        "technician_lines_phone",
        "technician",
        ticket(state("in_progress"), WORKSHOP),
        "phone",
        steps=(tab("lines"), scroll(".o_notebook")),
    ),
    Shot(
        "technician_jobs_phone",
        "technician",
        view("operation_action_my", "kanban"),
        "phone",
    ),
    Shot("dispatcher_board", "dispatcher", view("operation_action", "kanban")),
    Shot(
        "dispatcher_shift",
        "dispatcher",
        record("shift_action", "aftersales.shift", [], "date_start desc"),
    ),
    Shot("dispatcher_tickets", "dispatcher", view("ticket_action", "list")),
    Shot("dispatcher_duty", "dispatcher", "/odoo/action-aftersales.duty_action"),
    Shot("inspector_ticket", "inspector", ticket(state("inspection"))),
    Shot(
        "inspector_sheet",
        "inspector",
        record(
            "inspection_action",
            "aftersales.inspection",
            [("kind", "=", "final")],
            "id desc",
        ),
    ),
    Shot("parts_slips", "parts", "/odoo/action-aftersales.parts_slip_action"),
    Shot("parts_old", "parts", "/odoo/action-aftersales.part_return_action"),
    Shot(
        "parts_price_run",
        "parts",
        record(
            "price_run_action",
            "aftersales.price.run",
            [("method", "=", "double"), ("state", "=", "published")],
        ),
    ),
    Shot(
        "parts_transfer",
        "parts",
        record("stock_transfer_action", "aftersales.stock.transfer", []),
    ),
    Shot(
        "parts_requisition",
        "manager",
        record("part_requisition_action", "aftersales.part.requisition", []),
    ),
    Shot(
        "technician_fit_phone",
        "technician",
        ticket(state("in_progress"), ("vehicle_id.model_id.name", "like", "E3")),
        "phone",
        steps=(
            tab("lines"),
            "document.querySelector('button[name=\"action_pick_parts\"]')?.click()",
        ),
    ),
    Shot("dealer_prices", "dealer", "/my/part-prices"),
    Shot(
        "finance_release",
        "finance",
        record(
            "parts_slip_action_release",
            "stock.picking",
            [
                ("aftersales_ticket_id", "!=", False),
                ("aftersales_released_by", "=", False),
                ("state", "not in", ("done", "cancel")),
            ],
        ),
    ),
    Shot(
        "finance_settlement",
        "finance",
        record("settlement_action", "aftersales.settlement", [], "id desc"),
        steps=(tab("comparison"),),
    ),
    Shot("finance_money", "finance", "/odoo/action-aftersales.ticket_action_money"),
    Shot("quality_solutions", "quality", "/odoo/action-aftersales.solution_action"),
    Shot(
        "manager_policy",
        "manager",
        record("policy_action", "aftersales.policy", [], "sequence, id"),
    ),
    Shot(
        "manager_deadlines",
        "manager",
        "/odoo/action-aftersales.deadline_report_action",
    ),
    Shot("customer_tickets", "owner", "/my/tickets"),
    Shot("customer_order", "owner", order(("state", "in", ("sent", "sale")))),
    Shot("customer_phone", "owner", "/my/tickets", "phone"),
    Shot(
        "customer_answers_phone",
        "owner",
        order(("state", "in", ("draft", "sent"))),
        "phone",
        steps=(scroll(".o_aftersales_answers, #details, .table"),),
    ),
    # Last: leaving the page saves the ticket.
    Shot("advisor_new", "advisor", "/odoo/action-aftersales.ticket_action/new"),
]


class Session:
    """A user's session with the server, to look for records."""

    def __init__(self, url, database, login, password):
        self.url = url
        self.cookie = None
        self.user = self.post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )

    def post(self, path, params):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        if self.cookie:
            request.add_header("Cookie", f"session_id={self.cookie}")
        with urllib.request.urlopen(request, timeout=120) as answer:
            for header in answer.headers.get_all("Set-Cookie") or []:
                if header.startswith("session_id="):
                    self.cookie = header.split(";")[0].partition("=")[2]
            result = json.load(answer)
        if "error" in result:
            raise RuntimeError(result["error"]["data"]["message"])
        return result["result"]

    def search(self, model, domain, order="id", limit=1):
        return self.post(
            f"/web/dataset/call_kw/{model}/search",
            {
                "model": model,
                "method": "search",
                "args": [domain],
                "kwargs": {"order": order, "limit": limit},
            },
        )


def passwords():
    """Return the demo users: login → password."""
    words = (line.split() for line in DEMO_USERS.read_text().splitlines())
    return {line[0]: line[1] for line in words if len(line) > 2 and line[0] != "login"}


def main():
    url, database, folder, *wanted = sys.argv[1:]
    known = passwords()
    sessions = {}
    browser = Browser(url)
    failed = []
    try:
        for shot in SHOTS:
            if wanted and not any(word in shot.name for word in wanted):
                continue
            try:
                if shot.login not in sessions:
                    sessions[shot.login] = Session(
                        url, database, shot.login, known[shot.login]
                    )
                session = sessions[shot.login]
                path = shot.path(session) if callable(shot.path) else shot.path
                browser.device(shot.device)
                browser.login(session.cookie)
                browser.open(path)
                for step in shot.steps:
                    browser.run(step)
                    browser.wait()
                size = browser.picture(Path(folder) / f"{shot.name}.png")
                wide = browser.overflow()
                print(
                    f"{shot.name}.png  {size // 1024} kB"
                    + (f"  overflows by {wide} pixels" if wide > 0 else ""),
                    flush=True,
                )
            except (LookupError, RuntimeError) as error:
                failed.append(shot.name)
                print(f"{shot.name}: {error}", flush=True)
    finally:
        browser.close()
    if failed:
        sys.exit(f"Not taken: {', '.join(failed)}")


if __name__ == "__main__":
    main()
