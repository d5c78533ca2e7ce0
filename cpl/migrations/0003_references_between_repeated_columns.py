"""Entries repeat their model's maker and type, links their entries' maker: references of several columns keep
the repeats true, and make it impossible for a pathway to leave its manufacturer. Django has no word for them.
"""

from django.db import migrations

ENTRY = """
ALTER TABLE cpl_cplentry ADD CONSTRAINT entry_repeats_its_model
    FOREIGN KEY (device_model_id, manufacturer_id, device_type)
    REFERENCES cpl_devicemodel (id, manufacturer_id, device_type)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
LINK = """
ALTER TABLE cpl_upgradepathlink ADD CONSTRAINT {name}
    FOREIGN KEY ({column}, manufacturer_id) REFERENCES cpl_cplentry (id, manufacturer_id)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""


def reference(table, name, sql):
    return migrations.RunSQL(sql, f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("cpl", "0002_central_products_list")]
    operations = [
        reference("cpl_cplentry", "entry_repeats_its_model", ENTRY),
        reference(
            "cpl_upgradepathlink",
            "pathway_stays_with_maker",
            LINK.format(name="pathway_stays_with_maker", column="entry_id"),
        ),
        reference(
            "cpl_upgradepathlink",
            "predecessor_has_same_maker",
            LINK.format(name="predecessor_has_same_maker", column="predecessor_id"),
        ),
    ]
