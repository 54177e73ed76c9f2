from odoo import api, fields, models

from ..tools import vin as vin_tools


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    vin_warning = fields.Char(string="VIN Warning", compute="_compute_vin_warning")
    vin_maker = fields.Char(
        string="Maker by VIN", compute="_compute_vin_decoded", store=True
    )
    vin_region = fields.Char(
        string="Region by VIN", compute="_compute_vin_decoded", store=True
    )
    vin_year = fields.Integer(
        string="Model Year by VIN",
        compute="_compute_vin_decoded",
        store=True,
        aggregator=None,
    )

    @api.depends("vin")
    def _compute_vin_warning(self):
        for vehicle in self:
            problem = vehicle.vin and vin_tools.find_problem(
                vin_tools.normalize(vehicle.vin)
            )
            vehicle.vin_warning = problem and self._describe_vin_problem(
                vehicle.vin, problem
            )

    @api.depends("vin")
    def _compute_vin_decoded(self):
        this_year = fields.Date.context_today(self).year
        for vehicle in self:
            decoded = vin_tools.decode(vin_tools.normalize(vehicle.vin), this_year)
            vehicle.vin_maker = decoded.maker
            vehicle.vin_region = decoded.region
            vehicle.vin_year = decoded.year

    @api.model
    def _describe_vin_problem(self, number, problem):
        """Return the text that tells a person what is wrong with a VIN."""
        if problem.code == "length":
            return self.env._(
                "VIN %(vin)s has %(found)s characters; a VIN has %(length)s. "
                "A machine without a VIN is filed under its serial number.",
                vin=number,
                found=problem.found,
                length=vin_tools.LENGTH,
            )
        if problem.code == "repeated":
            return self.env._(
                "VIN %(vin)s repeats one character throughout. "
                "Read it again from the vehicle.",
                vin=number,
            )
        if problem.code == "check_digit":
            return self.env._(
                "VIN %(vin)s does not add up: its check digit (position 9) is "
                "%(found)s and should be %(expected)s. One character is probably "
                "mistyped; compare it with the vehicle.",
                vin=number,
                found=problem.found,
                expected=problem.expected,
            )
        return self._describe_vin_characters(number, problem)

    @api.model
    def _describe_vin_characters(self, number, problem):
        """Return the text about characters that no VIN contains."""
        marks = [
            self.env._(
                "“%(character)s” in position %(position)s is probably %(meant)s",
                character=character,
                position=position,
                meant=meant,
            )
            if meant
            else self.env._(
                "“%(character)s” in position %(position)s",
                character=character,
                position=position,
            )
            for position, character, meant in problem.characters
        ]
        text = self.env._(
            "VIN %(vin)s contains characters that no VIN has: %(marks)s.",
            vin=number,
            marks=", ".join(marks),
        )
        if problem.suggestion:
            text += " " + self.env._("Did you mean %(vin)s?", vin=problem.suggestion)
        return text

    def _note_birth(self):
        """Say in each file that a delivery made it, and why a serial number that looks
        like a VIN was not taken for one."""
        bodies = {}
        for vehicle in self:
            text = self.env._(
                "File made by the delivery of %(lot)s.", lot=vehicle.lot_id.name
            )
            number = vin_tools.normalize(vehicle.serial_number)
            problem = vin_tools.find_problem(number)
            if problem and len(number) == vin_tools.LENGTH:
                text += " " + self._describe_vin_problem(number, problem)
            bodies[vehicle.id] = text
        self._message_log_batch(bodies=bodies)
