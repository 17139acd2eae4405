{#- The settings of Python models are fixed when the project is parsed; a table is made anew by every build. -#}
{%- set settings = [
    'n_clusters', 'min_clusters', 'max_clusters', 'cluster_stability_floor', 'random_state', 'n_hierarchical_clusters',
    'hierarchical_linkage', 'hierarchical_features', 'hierarchical_exact_up_to', 'hierarchical_beyond',
    'n_attribute_clusters', 'attribute_cluster_attributes',
] -%}
with

settings as (

    {% for setting in settings -%}
    select
        '{{ setting }}' as setting,
        {{ sql_text(tojson(var(setting))) }} as setting_json
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from settings
