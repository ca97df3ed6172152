-- grain: one section that a model's current card fills
-- key: model_id, section
-- description: The hash of the text under the headings of a section, template lines left out; equal hashes are equal texts.
-- inputs: cards, card_sections
select c.model_id, s.section, s.text_hash
from cards c
join card_sections s on s.card_sha = c.card_sha
where c.is_current and s.n_section_chars > 0
order by c.model_id, s.section
