from django.db import migrations

KEEP_LOG = """
    CREATE FUNCTION cpl_publication_log_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'Cannot % rows of %: the publication log is kept as it is', lower(TG_OP), TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER publication_log_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON cpl_publicationrecord
        FOR EACH STATEMENT EXECUTE FUNCTION cpl_publication_log_is_kept();
    CREATE TRIGGER publication_log_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON cpl_logcheckpoint
        FOR EACH STATEMENT EXECUTE FUNCTION cpl_publication_log_is_kept();
"""
"""Beside pgtrigger's trigger, which a setting of the connection can silence, one that heeds no setting."""

FORGET_LOG_IS_KEPT = """
    DROP TRIGGER publication_log_is_kept ON cpl_publicationrecord;
    DROP TRIGGER publication_log_is_kept ON cpl_logcheckpoint;
    DROP FUNCTION cpl_publication_log_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cpl", "0005_submissions_and_publication"),
    ]

    operations = [
        migrations.RunSQL(KEEP_LOG, reverse_sql=FORGET_LOG_IS_KEPT),
    ]
