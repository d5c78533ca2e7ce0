"""The text a search looks in, kept by the database itself so that it can never be stale.

One column of one table holds everything of an entry that people type: entry, model and maker. Measured:
one OR on a joined maker's name makes PostgreSQL drop the trigram index. The words are framed by spaces, so
that a whole word can be told from a part of one. The hash has a column of its own: four hex digits occur
inside one hash in a thousand by chance and would drown what was meant.
"""

import pgtrigger

SEARCH_TEXT = """
    ' ' || cpl_fold(concat_ws(' ',
        {entry}.cpl_entry_id, replace({entry}.cpl_entry_id, '-', ''), {entry}.firmware_version, {entry}.firmware_label,
        {entry}.model_name, m.name, {entry}.device_type, m.esme_variant, i.code || m.model_identifier ||
        m.hardware_version || m.hardware_revision, m.duis_model, i.code, m.model_identifier, f.name,
        {entry}.zigbee_certificate, {entry}.dlms_certificate, {entry}.cpa_certificate)) || ' '
"""

FROM_MODEL = """
    cpl_devicemodel m
    JOIN cpl_manufacturer f ON f.id = m.manufacturer_id
    JOIN cpl_manufactureridentifier i ON i.id = m.identifier_id
"""


def keep_search_text() -> pgtrigger.Trigger:
    """Writes `search_text` whenever an entry is written; its value is no one else's to give."""
    return pgtrigger.Trigger(
        name="keep_search_text",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            SELECT {SEARCH_TEXT.format(entry="NEW")} INTO NEW.search_text
            FROM {FROM_MODEL} WHERE m.id = NEW.device_model_id;
            NEW.search_text := coalesce(NEW.search_text, '');
            RETURN NEW;
        """,
    )


def refresh_search_text(of: str, *fields: str) -> pgtrigger.Trigger:
    """Rewrites the text of a maker's or model's entries when a name or identifier of it changes.

    `of` is the column of the Device Model that points at the changed row.
    """
    return pgtrigger.Trigger(
        name="refresh_search_text",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*fields),
        func=f"""
            UPDATE cpl_cplentry e SET search_text = ''
            FROM cpl_devicemodel m WHERE m.id = e.device_model_id AND m.{of} = NEW.id;
            RETURN NULL;
        """,
    )
