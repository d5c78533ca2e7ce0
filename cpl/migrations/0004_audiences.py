"""FIR records and contacts get an audience; restricted notes; grants of all three to Parties."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cpl", "0003_references_between_repeated_columns"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="devicemodel",
            options={"ordering": ["manufacturer__name", "name", "pk"], "verbose_name": "Device Model"},
        ),
        migrations.AlterModelOptions(
            name="firmwareinformation",
            options={"ordering": ["entry__cpl_entry_id"], "verbose_name": "FIR record"},
        ),
        migrations.CreateModel(
            name="ContactGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InformationGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NotesGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RestrictedNotes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="restricted notes")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("cpl_workbook", "From the CPL, not confirmed by the manufacturer"),
                            ("fir_workbook", "From the FIR spreadsheet, not confirmed by the manufacturer"),
                            ("manufacturer", "From the manufacturer"),
                            ("other_party", "From another Party, not confirmed by the manufacturer"),
                        ],
                        default="manufacturer",
                        max_length=20,
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given on")),
                (
                    "emptied_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why there is no text any more"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("nobody_else", "Its manufacturer, SECAS and auditors only"),
                            ("named_parties", "Named Parties too"),
                        ],
                        default="nobody_else",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "verbose_name": "restricted notes",
                "verbose_name_plural": "restricted notes",
                "ordering": ["information"],
                "permissions": [("view_restricted_notes", "Can read restricted notes")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RestrictedNotesEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="restricted notes")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("cpl_workbook", "From the CPL, not confirmed by the manufacturer"),
                            ("fir_workbook", "From the FIR spreadsheet, not confirmed by the manufacturer"),
                            ("manufacturer", "From the manufacturer"),
                            ("other_party", "From another Party, not confirmed by the manufacturer"),
                        ],
                        default="manufacturer",
                        max_length=20,
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given on")),
                (
                    "emptied_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why there is no text any more"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("nobody_else", "Its manufacturer, SECAS and auditors only"),
                            ("named_parties", "Named Parties too"),
                        ],
                        default="nobody_else",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contact",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contact",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="firmwareinformation",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="firmwareinformation",
            name="update_update",
        ),
        migrations.AddField(
            model_name="contact",
            name="audience",
            field=models.CharField(
                choices=[("with_need", "Party categories with need"), ("named_parties", "Named Parties only")],
                default="with_need",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="contactevent",
            name="audience",
            field=models.CharField(
                choices=[("with_need", "Party categories with need"), ("named_parties", "Named Parties only")],
                default="with_need",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="firmwareinformation",
            name="audience",
            field=models.CharField(
                choices=[("all_parties", "All SEC Parties"), ("named_parties", "Named Parties only")],
                default="all_parties",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="firmwareinformationevent",
            name="audience",
            field=models.CharField(
                choices=[("all_parties", "All SEC Parties"), ("named_parties", "Named Parties only")],
                default="all_parties",
                max_length=20,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "cpl_contactevent" ("audience", "confirmed_on", "email", "id", "manufacturer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "team", "telephone") SELECT new_values."audience", new_values."confirmed_on", new_values."email", new_values."id", new_values."manufacturer_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."team", new_values."telephone" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="0ef326d7a0918d119e0dfa638d8e4a9d6c8aa701",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e63ca",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="cpl_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "cpl_contactevent" ("audience", "confirmed_on", "email", "id", "manufacturer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "team", "telephone") SELECT new_values."audience", new_values."confirmed_on", new_values."email", new_values."id", new_values."manufacturer_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."team", new_values."telephone" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="e9f86ebb7d075435f3e7f3039ac3356becd004ca",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3bd66",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="cpl_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firmwareinformation",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "cpl_firmwareinformationevent" ("audience", "contact_id", "contact_state", "entry_id", "id", "interrupts_hub_power", "interrupts_hub_power_state", "irreversible", "irreversible_state", "needs_site_visit", "needs_site_visit_state", "notes", "notes_state", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portal_link", "portal_link_state", "provenance", "recommendation", "recommendation_state", "release_date", "release_date_state", "stage", "stage_state", "urgency", "urgency_state", "vulnerabilities", "vulnerabilities_state", "withdrawal_reason", "withdrawn_on") SELECT new_values."audience", new_values."contact_id", new_values."contact_state", new_values."entry_id", new_values."id", new_values."interrupts_hub_power", new_values."interrupts_hub_power_state", new_values."irreversible", new_values."irreversible_state", new_values."needs_site_visit", new_values."needs_site_visit_state", new_values."notes", new_values."notes_state", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."portal_link", new_values."portal_link_state", new_values."provenance", new_values."recommendation", new_values."recommendation_state", new_values."release_date", new_values."release_date_state", new_values."stage", new_values."stage_state", new_values."urgency", new_values."urgency_state", new_values."vulnerabilities", new_values."vulnerabilities_state", new_values."withdrawal_reason", new_values."withdrawn_on" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="1224d48d5fb899da7caaa444f8c5f041455b1b86",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b3119",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="cpl_firmwareinformation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firmwareinformation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "cpl_firmwareinformationevent" ("audience", "contact_id", "contact_state", "entry_id", "id", "interrupts_hub_power", "interrupts_hub_power_state", "irreversible", "irreversible_state", "needs_site_visit", "needs_site_visit_state", "notes", "notes_state", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portal_link", "portal_link_state", "provenance", "recommendation", "recommendation_state", "release_date", "release_date_state", "stage", "stage_state", "urgency", "urgency_state", "vulnerabilities", "vulnerabilities_state", "withdrawal_reason", "withdrawn_on") SELECT new_values."audience", new_values."contact_id", new_values."contact_state", new_values."entry_id", new_values."id", new_values."interrupts_hub_power", new_values."interrupts_hub_power_state", new_values."irreversible", new_values."irreversible_state", new_values."needs_site_visit", new_values."needs_site_visit_state", new_values."notes", new_values."notes_state", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."portal_link", new_values."portal_link_state", new_values."provenance", new_values."recommendation", new_values."recommendation_state", new_values."release_date", new_values."release_date_state", new_values."stage", new_values."stage_state", new_values."urgency", new_values."urgency_state", new_values."vulnerabilities", new_values."vulnerabilities_state", new_values."withdrawal_reason", new_values."withdrawn_on" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="cf54d30c5eb1c58b5d2b522cc95428d0e2ace851",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_28a6c",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="cpl_firmwareinformation",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["with_need", "named_parties"])), name="contact_audience_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="firmwareinformation",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["all_parties", "named_parties"])), name="fir_audience_known"
            ),
        ),
        migrations.AddField(
            model_name="contactgrant",
            name="content_object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="cpl.contact"
            ),
        ),
        migrations.AddField(
            model_name="contactgrant",
            name="group",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
        ),
        migrations.AddField(
            model_name="contactgrant",
            name="permission",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
        ),
        migrations.AddField(
            model_name="informationgrant",
            name="content_object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="cpl.firmwareinformation"
            ),
        ),
        migrations.AddField(
            model_name="informationgrant",
            name="group",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
        ),
        migrations.AddField(
            model_name="informationgrant",
            name="permission",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
        ),
        migrations.AddField(
            model_name="notesgrant",
            name="group",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
        ),
        migrations.AddField(
            model_name="notesgrant",
            name="permission",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
        ),
        migrations.AddField(
            model_name="restrictednotes",
            name="information",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="restricted_notes",
                to="cpl.firmwareinformation",
            ),
        ),
        migrations.AddField(
            model_name="notesgrant",
            name="content_object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="cpl.restrictednotes"
            ),
        ),
        migrations.AddField(
            model_name="restrictednotesevent",
            name="information",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="cpl.firmwareinformation",
            ),
        ),
        migrations.AddField(
            model_name="restrictednotesevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="restrictednotesevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="cpl.restrictednotes",
            ),
        ),
        migrations.AlterUniqueTogether(
            name="contactgrant",
            unique_together={("group", "permission", "content_object")},
        ),
        migrations.AlterUniqueTogether(
            name="informationgrant",
            unique_together={("group", "permission", "content_object")},
        ),
        migrations.AddConstraint(
            model_name="restrictednotes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("emptied_reason", ""), ("text__regex", "\\S")),
                    models.Q(("emptied_reason__regex", "\\S"), ("text", "")),
                    _connector="OR",
                ),
                name="notes_say_something_or_why_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="restrictednotes",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["cpl_workbook", "fir_workbook", "manufacturer", "other_party"])),
                name="notes_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="restrictednotes",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["nobody_else", "named_parties"])), name="notes_audience_known"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictednotes",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e9721472fc924f05e6c11881be192e6c57028936",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_842ae",
                    table="cpl_restrictednotes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictednotes",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "cpl_restrictednotesevent" ("audience", "emptied_reason", "given_on", "id", "information_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "text") SELECT new_values."audience", new_values."emptied_reason", new_values."given_on", new_values."id", new_values."information_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."source", new_values."text" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="382d6d423048da3427100702a63d956b36cf33ee",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_90bf7",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="cpl_restrictednotes",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictednotes",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "cpl_restrictednotesevent" ("audience", "emptied_reason", "given_on", "id", "information_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "text") SELECT new_values."audience", new_values."emptied_reason", new_values."given_on", new_values."id", new_values."information_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."source", new_values."text" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="e05f3a323c39865bbd2dcb8263885dc8c01eea23",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6516b",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="cpl_restrictednotes",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AlterUniqueTogether(
            name="notesgrant",
            unique_together={("group", "permission", "content_object")},
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictednotesevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a76deced4eb36d5b382d556a1ba94dfeb1aeaa32",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e0952",
                    table="cpl_restrictednotesevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
