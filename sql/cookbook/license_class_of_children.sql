-- question: Do models under restrictive licences have children under freer ones?
-- grain: one pair of licence classes, of parent and child
-- columns: parent_license_class, child_license_class, n_edges
-- beware: Classes come from the code table of licence ids; null means none or several declared, or an id not in the table.
select p.license_class as parent_license_class, c.license_class as child_license_class, count(*) as n_edges
from edges e
join models p on p.model_id = e.parent_id
join models c on c.model_id = e.child_id
group by p.license_class, c.license_class
order by n_edges desc, parent_license_class nulls last, child_license_class nulls last
