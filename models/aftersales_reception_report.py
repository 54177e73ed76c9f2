from base64 import b64encode

from odoo import api, models
from odoo.tools import file_open

# The drawing's own measures; marks are in percent of them.
OUTLINE_SIZE = (400, 200)


class AftersalesReception(models.Model):
    """What the printed forms ask a reception for; all may be asked of none."""

    _inherit = "aftersales.reception"

    @api.model
    def _get_mark_labels(self):
        return {
            "scratch": self.env._("Scratch"),
            "dent": self.env._("Dent"),
            "crack": self.env._("Crack"),
            "broken": self.env._("Broken"),
            "missing": self.env._("Missing"),
            "rust": self.env._("Rust"),
            "other": self.env._("Other"),
        }

    def _get_report_marks(self, after=False):
        """Return the marks in words, in the order of their numbers.

        :param after: those found at the handover instead of those at check-in
        """
        labels = self._get_mark_labels()
        return [
            ": ".join(filter(None, (labels[mark["kind"]], mark.get("note"))))
            for mark in (self.marks_after if after else self.marks) or []
        ]

    def _get_report_outline(self, after=False):
        """Return the outline with its numbered marks, as a data URI.

        :param after: see `_get_report_marks`
        """
        with file_open("aftersales/static/src/img/vehicle_outline.svg") as drawing:
            svg = drawing.read()
        width, height = OUTLINE_SIZE
        dots = "".join(
            f'<circle cx="{mark["x"] * width / 100:.1f}"'
            f' cy="{mark["y"] * height / 100:.1f}" r="7" fill="#b02a37"/>'
            f'<text x="{mark["x"] * width / 100:.1f}"'
            f' y="{mark["y"] * height / 100 + 3.4:.1f}" font-size="10"'
            f' font-family="sans-serif" font-weight="bold" fill="#fff"'
            f' text-anchor="middle">{number}</text>'
            for number, mark in enumerate(
                (self.marks_after if after else self.marks) or [], 1
            )
        )
        image = svg.replace("</svg>", f"{dots}</svg>").encode()
        return f"data:image/svg+xml;base64,{b64encode(image).decode()}"

    def _get_report_photos(self, after=False):
        """Return the photos with their captions (R-RECV-06, R-BEY-21).

        :param after: see `_get_report_marks`
        :return: list of (caption, image in base64)
        """
        photos = self.photo_after_ids if after else self.photo_ids
        # sudo: attachments of a reception that the reader may print
        result = [
            ("", photo.datas)
            for photo in photos.sudo()
            if (photo.mimetype or "").startswith("image/")
        ]
        if not after:
            result += [
                (line._get_report_texts()["name"], line.photo)
                for line in self.check_line_ids
                if line.photo
            ]
        return result

    def _get_report_differences(self):
        """Return what is wrong with the papers, a phrase each."""
        papers = self._get_papers_differing()
        kinds = dict(papers._fields["kind"]._description_selection(self.env))
        return [
            self.env._(
                "%(paper)s: %(difference)s",
                paper=kinds[paper.kind],
                difference=paper.difference or self.env._("expired"),
            )
            for paper in papers
        ]
