"""Fills a database with equally realistic documents for the models that are compared.

A thousand of each are born by the ORM; SQL multiplies them, with states, dates, people
and activities spread alike: 70 % done, 5 % cancelled, the rest open, over three years.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

SEED = 1000
CUSTOMERS = 2000
VEHICLES = 5000
COMPLAINT = "No drive since this morning, a warning lamp is lit and the motor howls"

# (milestone, limit, unit, counts from, responsible)
DEADLINES = [
    ("assigned", 12.0, "hour", "report", "advisor"),
    ("responded", 0.5, "hour", "report", "advisor"),
    ("called_back", 2.0, "hour", "previous", "technician"),
    ("solution", 1.0, "working_day", "previous", "technician"),
    ("started", 24.0, "hour", "report", "technician"),
    ("fixed", 3.0, "working_day", "report", "technician"),
    ("ready", 4.0, "hour", "previous", "inspector"),
    ("delivered", 2.0, "day", "previous", "advisor"),
    ("cs_closed", 1.0, "working_day", "previous", "advisor"),
    ("followed_up", 3.0, "day", "previous", "followup"),
]
DONE = {
    "aftersales.ticket": "closed",
    "repair.order": "done",
    "project.task": None,
    "aftersales.floor": "closed",
}
SPREAD = {
    "aftersales.ticket": (
        "new assigned diagnosed quoted approved in_progress inspection ready delivered"
    ).split(),
    "repair.order": "draft confirmed under_repair".split(),
    "aftersales.floor": ["new"],
}
MODELS = ("aftersales.ticket", "repair.order", "project.task", "aftersales.floor")


class Data:
    """The masters, and the values of one new document of each model."""

    def __init__(self, env):
        self.env = env
        # A database that is measured again has them.
        self.policy = self._known("aftersales.policy", "name", "Benchmark%")
        self.is_new = not self.policy
        self.technicians = self._known("res.users", "login", "technician\\_%")
        self.partners = self._known("res.partner", "name", "Customer 0%")
        self.vehicles = self._known("aftersales.vehicle", "serial_number", "FY0%")
        self.product = self._known("product.product", "name", "Bench truck")
        self.project = self._known("project.project", "name", "Bench workshop")
        if self.is_new:
            self._create()
        self.stages = self.project.type_ids.ids

    def _known(self, model, fname, pattern):
        return self.env[model].search([(fname, "=like", pattern)], order="id")

    def _create(self):
        self.policy = self._policy()
        self.technicians = self._technicians()
        self.partners = self._partners()
        self.vehicles = self._vehicles()
        self.product = self.env["product.product"].create(
            {"name": "Bench truck", "type": "consu", "is_storable": True}
        )
        self.project = self.env["project.project"].create(
            {
                "name": "Bench workshop",
                "type_ids": [
                    Command.create({"name": name, "fold": fold})
                    for name, fold in (
                        ("New", False),
                        ("Working", False),
                        ("Done", True),
                        ("Cancelled", True),
                    )
                ],
            }
        )

    def _policy(self):
        return self.env["aftersales.policy"].create(
            {
                "name": "Benchmark: ten deadlines",
                "ticket_type": "repair",
                "service_mode": "workshop",
                "deadline_line_ids": [
                    Command.create(
                        {
                            "sequence": 10 * number,
                            "milestone": milestone,
                            "duration": duration,
                            "unit": unit,
                            "anchor": anchor,
                            "role": role,
                            "escalation_role": "manager",
                        }
                    )
                    for number, (milestone, duration, unit, anchor, role) in enumerate(
                        DEADLINES
                    )
                ],
            }
        )

    def _technicians(self):
        group = self.env.ref("aftersales.group_aftersales_technician")
        return self.env["res.users"].create(
            [
                {
                    "name": f"Technician {number}",
                    "login": f"technician_{number}",
                    "phone": "+86 555 0100",
                    "group_ids": [Command.link(group.id)],
                }
                for number in range(20)
            ]
        )

    def _partners(self):
        return self.env["res.partner"].create(
            [{"name": f"Customer {number:05d}"} for number in range(CUSTOMERS)]
        )

    def _vehicles(self):
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "Feiyue"})
        model = self.env["fleet.vehicle.model"].create(
            {"name": "E3", "brand_id": brand.id}
        )
        return self.env["aftersales.vehicle"].create(
            [
                {
                    "serial_number": f"FY{number:08d}",
                    "license_plate": f"苏A{number:05d}",
                    "model_id": model.id,
                    "partner_id": self.partners[number % CUSTOMERS].id,
                }
                for number in range(VEHICLES)
            ]
        )

    def values(self, model, count):
        """Return the values of ``count`` new documents, as a clerk would enter them."""
        now = fields.Datetime.now()
        rows = []
        for number in range(count):
            vehicle = self.vehicles[number % VEHICLES]
            partner = self.partners[number % CUSTOMERS]
            reported_at = now - timedelta(minutes=number % 600)
            user = self.technicians[number % len(self.technicians)]
            rows.append(
                {
                    "aftersales.ticket": {
                        "partner_id": partner.id,
                        "vehicle_id": vehicle.id,
                        "technician_id": user.id,
                        "complaint": COMPLAINT,
                        "reported_at": reported_at,
                    },
                    "repair.order": {
                        "partner_id": partner.id,
                        "product_id": self.product.id,
                        "user_id": user.id,
                        "internal_notes": COMPLAINT,
                        "schedule_date": reported_at,
                    },
                    "project.task": {
                        "name": f"Repair {number:05d}",
                        "project_id": self.project.id,
                        "partner_id": partner.id,
                        "user_ids": [Command.link(user.id)],
                        "description": COMPLAINT,
                    },
                    "aftersales.floor": {
                        "name": f"Floor {number:05d}",
                        "partner_id": partner.id,
                        "reported_at": reported_at,
                    },
                }[model]
            )
        return rows


def _columns(env, model):
    env.cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND column_name != 'id' AND is_generated = 'NEVER'
         ORDER BY ordinal_position""",
        [env[model]._table],
    )
    return [name for (name,) in env.cr.fetchall()]


def _state_sql(model):
    """Return the SQL of the state of the ``n``-th document."""
    cases = " ".join(
        f"WHEN {place} THEN '{state}'" for place, state in enumerate(SPREAD[model])
    )
    cancelled = {"aftersales.ticket": "cancelled", "repair.order": "cancel"}
    return f"""CASE WHEN n %% 20 < 14 THEN '{DONE[model]}'
                    WHEN n %% 20 = 14 THEN '{cancelled.get(model, "closed")}'
                    ELSE CASE (n / 20) %% {len(SPREAD[model])} {cases} END END"""


def multiply(env, data, model, rows):
    """Make ``rows`` documents of ``model`` out of the seed, unless they are there.

    :return: whether they were made
    """
    times = rows // SEED - 1
    if times < 1 or env[model].search_count([]) > rows / 2:
        return False
    partner, vehicle, user = (
        f"(SELECT (array[{','.join(map(str, records.ids))}])"
        f"[1 + (n * 7919 %% {len(records)})])"
        for records in (data.partners, data.vehicles, data.technicians)
    )
    when = "(now() at time zone 'UTC')::timestamp(0) - n * interval '15 minutes'"
    expressions = {
        "create_date": when,
        "write_date": when,
        "partner_id": partner,
        "name": "regexp_replace(name, '[0-9]+$', '') || lpad(n::text, 7, '0')",
        "access_token": "NULL",
    }
    if model == "aftersales.ticket":
        expressions |= {
            "reported_at": when,
            "vehicle_id": vehicle,
            "technician_id": user,
            "state": _state_sql(model),
        }
    elif model == "repair.order":
        expressions |= {
            "schedule_date": when,
            "user_id": user,
            "state": _state_sql(model),
        }
    elif model == "project.task":
        stages = data.stages
        expressions |= {
            "stage_id": f"""CASE WHEN n %% 20 < 14 THEN {stages[2]}
                WHEN n %% 20 = 14 THEN {stages[3]}
                WHEN n %% 2 = 0 THEN {stages[0]} ELSE {stages[1]} END""",
            "state": """CASE WHEN n %% 20 < 14 THEN '1_done'
                WHEN n %% 20 = 14 THEN '1_canceled' ELSE '01_in_progress' END""",
            "date_deadline": when,
        }
    else:
        expressions |= {"reported_at": when, "state": _state_sql(model)}
    columns = _columns(env, model)
    chosen = ", ".join(f"({expressions.get(name, name)})" for name in columns)
    quoted = ", ".join(f'"{name}"' for name in columns)
    table = env[model]._table
    env.cr.execute(
        f"""WITH seed AS (
                SELECT *, row_number() OVER (ORDER BY id) AS rn
                  FROM {table} WHERE partner_id IS NOT NULL
              ORDER BY id LIMIT {SEED})
            INSERT INTO {table} ({quoted})
            SELECT {chosen.replace("%%", "%")}
              FROM (SELECT seed.*, g * {SEED} + rn AS n
                      FROM seed CROSS JOIN generate_series(1, {times}) g) AS row
          ORDER BY n DESC"""
    )
    if model == "project.task":
        env.cr.execute(
            """INSERT INTO project_task_user_rel (task_id, user_id)
               SELECT task.id, (SELECT user_id FROM project_task_user_rel LIMIT 1)
                 FROM project_task task
                WHERE NOT EXISTS (SELECT FROM project_task_user_rel rel
                                   WHERE rel.task_id = task.id)"""
        )
    return True


def fill_deadlines(env):
    """Give every multiplied ticket ten deadlines like those of the first one."""
    seed = env["aftersales.ticket"].search([], order="id", limit=1)
    expressions = {
        "ticket_id": "ticket.id",
        "start": "ticket.reported_at",
        "due": "ticket.reported_at + interval '1 day'",
        "warning_at": "NULL",
        "alert_at": "NULL",
        "reached": "CASE WHEN closed THEN ticket.reported_at + interval '20 hours' END",
        "state": "CASE WHEN closed THEN 'met'"
        " WHEN row.sequence = 0 THEN 'running' ELSE 'waiting' END",
    }
    columns = _columns(env, "aftersales.deadline")
    chosen = ", ".join(expressions.get(name, f'row."{name}"') for name in columns)
    env.cr.execute(
        f"""INSERT INTO aftersales_deadline ({", ".join(columns)})
            SELECT {chosen}
              FROM (SELECT *, state IN ('closed', 'cancelled') AS closed
                      FROM aftersales_ticket) AS ticket
        CROSS JOIN (SELECT * FROM aftersales_deadline WHERE ticket_id = %s) AS row
             WHERE NOT EXISTS (SELECT FROM aftersales_deadline other
                                WHERE other.ticket_id = ticket.id)""",
        [seed.id],
    )


def fill_activities(env, model):
    """Give every 30th document an activity, before or after today."""
    if "activity_ids" not in env[model]._fields:
        return
    env.cr.execute(
        f"""INSERT INTO mail_activity (res_model, res_model_id, res_id, user_id,
                activity_type_id, date_deadline, summary, active, automated,
                create_uid, create_date)
            SELECT %s, %s, id, %s, %s, current_date + (id %% 7)::int - 3, 'Call', true,
                   false, 1, now() at time zone 'UTC'
              FROM {env[model]._table} WHERE id %% 30 = 0""",
        [
            model,
            env["ir.model"]._get_id(model),
            env.ref("base.user_admin").id,
            env.ref("mail.mail_activity_data_todo").id,
        ],
    )
