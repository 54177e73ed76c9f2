from odoo.tests import tagged

from .common import AftersalesCommon

# A field, and the field whose choices it borrows.
BORROWED = {
    ("aftersales.receivable", "payer"): ("sale.order", "aftersales_payer"),
    ("aftersales.account.item", "payer"): ("sale.order", "aftersales_payer"),
    ("aftersales.part.demand", "part_class"): (
        "product.template",
        "aftersales_part_class",
    ),
}


@tagged("post_install", "-at_install")
class TestTranslations(AftersalesCommon):
    def test_borrowed_choices_are_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for (model, fname), (source, source_fname) in BORROWED.items():
            with self.subTest(model=model, field=fname):
                first = self.env["ir.model.fields.selection"].search(
                    [
                        ("field_id.model", "=", source),
                        ("field_id.name", "=", source_fname),
                    ],
                    limit=1,
                )
                first.with_context(lang="zh_CN").name = "甲"
                described = (
                    self.env[model].with_context(lang="zh_CN").fields_get([fname])
                )
                self.assertEqual(dict(described[fname]["selection"])[first.value], "甲")
