-- question: Onto which bases did children come abruptly, and did one author make most of them?
-- grain: one base model with a jump
-- columns: model_id, jump_at, n_jump_children, jump_author_share, is_mass_upload, n_dated_children, jump_children_share
-- beware: The most abrupt jump of each base alone; a release may draw many people at once, so look at is_mass_upload.
select
    model_id,
    jump_at,
    n_jump_children,
    jump_author_share,
    is_mass_upload,
    n_dated_children,
    n_jump_children / n_dated_children as jump_children_share
from growth_fits
where has_jump
order by n_jump_children desc, model_id
limit 50
