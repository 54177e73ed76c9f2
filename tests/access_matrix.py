"""What each role may do with the rows of each model (R-CUST-18).

``r`` read, ``w`` write, ``c`` create, ``u`` delete. ``user`` is the base of all roles:
each role has its rights and its own. The manager has those of all roles. Who is no
entry here has nothing; people without a role of after-sales never have anything.

Which rows is another matter: see ``test_companies.py`` and the tests of each concern.
"""

ANY = {"user": "r"}
RULES = {"user": "r", "manager": "rwcu"}
WIZARD = {"user": "rwcu"}

MATRIX = {
    # The files of vehicles
    "aftersales.vehicle": {
        "user": "r",
        "advisor": "rwc",
        "quality": "rwc",
        "manager": "rwcu",
        "portal": "r",
    },
    "aftersales.vehicle.owner": ANY,
    "aftersales.vehicle.part": ANY,
    "aftersales.vehicle.reading": {
        "user": "r",
        "technician": "rc",
        "inspector": "rc",
        "advisor": "rwc",
        "quality": "rwc",
        "manager": "rwcu",
    },
    "aftersales.vehicle.recommendation": {
        "user": "r",
        "technician": "rwc",
        "inspector": "rwc",
        "advisor": "rwc",
        "quality": "rwc",
        "manager": "rwcu",
    },
    "aftersales.vehicle.transfer": {"advisor": "rwcu", "quality": "rwcu"},
    "aftersales.campaign": {"user": "r", "quality": "rwc", "manager": "rwcu"},
    "aftersales.campaign.line": {"user": "r", "quality": "rwcu"},
    "aftersales.campaign.phase": {"user": "r", "quality": "rwcu"},
    "aftersales.campaign.vehicle": {
        "user": "r",
        "advisor": "rw",
        "quality": "rw",
        "manager": "rwu",
    },
    "aftersales.service.bom": {"user": "r", "parts_keeper": "rwc", "manager": "rwcu"},
    "aftersales.service.bom.line": {"user": "r", "parts_keeper": "rwcu"},
    # Promises and people
    "aftersales.policy": RULES,
    "aftersales.policy.deadline": RULES,
    "aftersales.deadline": ANY,
    "aftersales.deadline.report": ANY,
    "aftersales.duty": {"user": "r", "advisor": "rwcu", "dispatcher": "rwcu"},
    "aftersales.team": RULES,
    "aftersales.substitute": {"advisor": "r", "manager": "rwcu"},
    # The workshop
    "aftersales.addition": {
        "user": "r",
        "technician": "rwc",
        "inspector": "rwc",
        "advisor": "rwcu",
    },
    "aftersales.addition.answer": {"advisor": "rwcu"},
    "aftersales.delay": {"user": "r", "advisor": "rwu"},
    "aftersales.progress.check": {"user": "r", "advisor": "rwc", "dispatcher": "rwc"},
    "aftersales.ready.notice": {"advisor": "rwcu"},
    "aftersales.appointment": {
        "user": "r",
        "advisor": "rwc",
        "dispatcher": "rw",
        "manager": "rwcu",
    },
    "aftersales.appointment.line": {"user": "r", "advisor": "rwcu"},
    "aftersales.appointment.move": {"advisor": "rwcu"},
    "aftersales.bay": RULES,
    "aftersales.skill": RULES,
    "aftersales.operation": {"user": "r", "dispatcher": "rw"},
    "aftersales.timelog": {"user": "r", "dispatcher": "rwc"},
    "aftersales.shift": {"user": "r", "dispatcher": "rw"},
    "aftersales.patrol": {"user": "r", "dispatcher": "rw"},
    "aftersales.finding": {"user": "rw", "dispatcher": "rwc", "manager": "rwcu"},
    "aftersales.readiness": {"user": "r", "dispatcher": "rwc", "manager": "rwcu"},
    "aftersales.readiness.line": {"user": "r", "dispatcher": "rwcu"},
    "aftersales.readiness.template": RULES,
    "aftersales.objection": {
        "user": "r",
        "technician": "rc",
        "dispatcher": "rw",
        "manager": "rwcu",
    },
    "aftersales.equipment": {"user": "r", "dispatcher": "rwc", "manager": "rwcu"},
    "aftersales.equipment.care": {"user": "r", "technician": "rc", "dispatcher": "rc"},
    "aftersales.meeting": {"user": "r", "dispatcher": "rwc", "manager": "rwcu"},
    "aftersales.dispatch.report": {"user": "r", "dispatcher": "rwc", "manager": "rwcu"},
    "aftersales.readiness.template.line": RULES,
    # Tickets and what hangs on them
    "aftersales.ticket": {
        "user": "r",
        "technician": "rw",
        "advisor": "rwc",
        "dispatcher": "rw",
        "manager": "rwcu",
        "portal": "r",
    },
    "aftersales.ticket.line": {
        "user": "r",
        "technician": "rwc",
        "advisor": "rwcu",
    },
    "aftersales.ticket.consent": WIZARD,
    "aftersales.ticket.consent.line": WIZARD,
    "aftersales.decline.reason": RULES,
    "aftersales.refusal.report": {"advisor": "r", "quality": "r"},
    "aftersales.price.consultation": {
        "user": "rw",
        "advisor": "rwc",
        "technician": "rwc",
    },
    "aftersales.estimate.revision": {"user": "r", "advisor": "rwcu"},
    "aftersales.estimate.revision.line": {"user": "r", "advisor": "rwcu"},
    "aftersales.ticket.stop": WIZARD,
    "aftersales.diagnosis.step": {
        "user": "r",
        "technician": "rwcu",
        "advisor": "rwcu",
    },
    "aftersales.fault.code": {"user": "r", "quality": "rwc", "manager": "rwcu"},
    "aftersales.solution": {
        "user": "r",
        "technician": "rwc",
        "quality": "rwc",
        "manager": "rwcu",
    },
    "aftersales.inspection": {
        "user": "r",
        "technician": "rwc",
        "advisor": "rwc",
        "inspector": "rwc",
        "manager": "rwcu",
    },
    "aftersales.inspection.line": {
        "user": "r",
        "technician": "rwcu",
        "advisor": "rwcu",
        "inspector": "rwcu",
    },
    "aftersales.inspection.template": RULES,
    "aftersales.inspector": RULES,
    "aftersales.internal.handover": {"user": "r", "inspector": "rw"},
    "aftersales.nonconformity": {"user": "r", "technician": "rw", "inspector": "rw"},
    "aftersales.inspection.template.line": RULES,
    "aftersales.reception": {"user": "r", "advisor": "rwcu"},
    "aftersales.reception.item": {"user": "r", "advisor": "rwcu"},
    "aftersales.reception.key.log": ANY,
    "aftersales.reception.courtesy": RULES,
    "aftersales.reception.paper": {"user": "r", "advisor": "rwcu"},
    "aftersales.downtime": {"advisor": "rwcu", "dispatcher": "rwcu"},
    "aftersales.downtime.line": {"advisor": "rwcu", "dispatcher": "rwcu"},
    "aftersales.reception.proposal": {"user": "r", "advisor": "rwcu"},
    "aftersales.late.entry": ANY,
    "aftersales.late": {"manager": "rwcu"},
    "aftersales.late.line": {"manager": "rwcu"},
    "aftersales.late.time": {"manager": "rwcu"},
    "aftersales.site.record": {"user": "r", "technician": "rwc", "advisor": "rwcu"},
    # Parts and money
    "aftersales.part.return": {"user": "r", "parts_keeper": "rw"},
    "aftersales.part.waiver": WIZARD,
    "aftersales.parts.issue": {"parts_keeper": "rwcu"},
    "aftersales.parts.issue.line": {"parts_keeper": "rwcu"},
    "aftersales.parts.transfer": WIZARD,
    "aftersales.parts.transfer.line": WIZARD,
    "aftersales.gate.pass": {"user": "r", "finance": "rw"},
    "aftersales.settlement": {"user": "r", "advisor": "rw", "finance": "rw"},
    "aftersales.settlement.discount": {
        "user": "r",
        "advisor": "rwcu",
        "finance": "rwcu",
    },
    "aftersales.settlement.line": {"user": "r", "finance": "rw"},
    "aftersales.settlement.paper": {"user": "r", "finance": "rw"},
    "aftersales.handover": {"user": "r", "advisor": "rwcu"},
    # Calling back
    "aftersales.call": {
        "technician": "rwc",
        "advisor": "rwc",
        "dispatcher": "r",
        "quality": "rwc",
    },
    "aftersales.followup": {"technician": "r", "advisor": "rwc", "quality": "rw"},
    "aftersales.followup.point": {
        "technician": "r",
        "advisor": "rwcu",
        "quality": "r",
    },
    "aftersales.followup.request": {
        "technician": "r",
        "advisor": "rwcu",
        "quality": "rw",
    },
    "aftersales.followup.analysis": {
        "advisor": "rwc",
        "quality": "rwc",
        "manager": "rwcu",
    },
    "aftersales.followup.report": {"advisor": "r", "quality": "r"},
    "aftersales.followup.rule": RULES,
    "aftersales.followup.rule.point": RULES,
    "aftersales.followup.skip": {"advisor": "rwcu"},
    "aftersales.intake.report": {"advisor": "r", "quality": "r"},
    "aftersales.purchase.intent": {
        "technician": "rwc",
        "advisor": "rwc",
        "quality": "r",
    },
}

# What the addon adds on Odoo's own models, group by group, and nothing else.
CATALOGUE = {"user": "r", "manager": "rwcu"}
FOREIGN = {
    "fleet.vehicle.model": CATALOGUE,
    "fleet.vehicle.model.brand": CATALOGUE,
    "fleet.vehicle.model.category": CATALOGUE,
    "res.partner": {"advisor": "rwc"},
    "sale.order": {"advisor": "r", "finance": "r"},
    "sale.order.line": {"advisor": "r", "finance": "r"},
    "stock.lot": ANY,
    "stock.move": ANY,
    "stock.picking": ANY,
}
