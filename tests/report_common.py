import subprocess


class ReportCommon:
    """Prints forms for real, and reads them. For an `HttpCase`: styles come by HTTP."""

    # Put before the names of reports.
    _report_prefix = "aftersales."
    # Who prints when a test does not say.
    _report_role = "advisor"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Our forms have no scripts to wait for.
        cls.env["ir.config_parameter"].set_param("report.print_delay", "200")

    def _text(self, report, records, user=None):
        """Return the words of a printed form, each run of blanks as one.

        :param report: its XML id, without the prefix
        :param user: user, or the name of a role
        """
        if not user or isinstance(user, str):
            user = self.users[user or self._report_role]
        reports = self.env["ir.actions.report"].with_user(user)
        pdf, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
            f"{self._report_prefix}{report}", records.ids
        )
        self.assertEqual(kind, "pdf")
        return " ".join(self._words(pdf).split())

    def _words(self, pdf):
        """Return the text of a PDF; each page ends with a form feed."""
        self.assertTrue(pdf.startswith(b"%PDF"))
        return subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=pdf,
            capture_output=True,
            check=True,
        ).stdout.decode()

    def assertWords(self, text, *words):
        """Assert that a form says all of this."""
        for word in words:
            self.assertIn(word, text)
