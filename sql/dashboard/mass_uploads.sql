-- question: Which families jumped, and was it one author?
-- grain: one base model with a jump
-- page: growth
-- place: 2
-- chart: none
-- unit: children
-- n: sum n_jump_children: children that came in a jump
-- method: A jump is more children in a short time than the law allows; a mass upload is a jump by one author (docs/growth.md).
-- shown: 40
-- search: yes
select model_id as base, n_dated_children, cast(jump_at as date) as jump, n_jump_children, jump_author_share, is_mass_upload
from growth_fits
where has_jump
order by n_jump_children desc, model_id
