from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCopies(AftersalesCommon):
    """What is duplicated in a list must not stand there twice under one name."""

    def _marked(self):
        mixin = self.registry["aftersales.copy.mixin"]
        return [
            self.env[name]
            for name, model in self.registry.items()
            if not model._abstract and issubclass(model, mixin.__bases__[0])
        ]

    def test_every_copy_is_marked(self):
        models = self._marked()
        self.assertIn("aftersales.team", [model._name for model in models])
        for model in models:
            with self.subTest(model=model._name):
                original = model.new(dict.fromkeys(model._copy_marks, "Twin"))
                (vals,) = original.copy_data()
                for mark in model._copy_marks:
                    self.assertEqual(vals[mark], "Twin (copy)")

    def test_a_name_that_is_given_is_kept(self):
        code = self.env["aftersales.fault.code"].create({"name": "Hum", "code": "H1"})
        self.assertEqual(code.copy().code, "H1 (copy)")
        self.assertEqual(code.copy({"code": "H2"}).code, "H2")
