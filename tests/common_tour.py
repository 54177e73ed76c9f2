from odoo.tests import HttpCase

DESKTOP = "1366x768"
PHONE = "390x844"


class TourCommon(HttpCase):
    """Tours at the screens of several people, one after the other."""

    def _tour(self, login, name, url, phone=False):
        """Play the tour ``aftersales_<name>`` from ``url``.

        :param phone: on a touch screen of a phone's width
        """
        self.env.flush_all()
        self.browser_size = PHONE if phone else DESKTOP
        self.touch_enabled = phone
        # Busy machines: a tour takes 5 seconds, and may take a minute.
        self.start_tour(url, f"aftersales_{name}", login=login, timeout=240)
        self.env.invalidate_all()
