-- From this version on a tuition's id is derived from what it identifies, so it changes
-- with it (first in regenerate_tuition_ids.py). What refers to a tuition follows.

ALTER TABLE tuition_template_charges
    DROP CONSTRAINT fk_tuition_template_charges_tuition_id,
    ADD CONSTRAINT fk_tuition_template_charges_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE tuition_logs
    DROP CONSTRAINT fk_tuition_logs_tuition_id,
    ADD CONSTRAINT fk_tuition_logs_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON UPDATE CASCADE ON DELETE SET NULL;

ALTER TABLE meeting_links
    DROP CONSTRAINT fk_meeting_links_tuition_id,
    ADD CONSTRAINT fk_meeting_links_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON UPDATE CASCADE ON DELETE CASCADE;
