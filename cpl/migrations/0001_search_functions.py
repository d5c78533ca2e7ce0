"""How text is folded for a search: upper case, without accents; the same function folds what is typed."""

from django.db import migrations

FOLD = r"""
CREATE FUNCTION cpl_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT upper(regexp_replace(normalize(given, NFKD), '[̀-ͯ]', '', 'g'))
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FOLD, "DROP FUNCTION cpl_fold(text)")]
