{#-
    The columns `<name>_edge_1 …` of an aggregate query: where a measure's scores part. Quantiles at equal steps by
    linear interpolation, as pandas.qcut takes them, or the edges of a var where it has any.
-#}
{% macro bin_edges(name, measure, bins, custom_edges=[]) -%}
    {%- for position in range(1, bins) -%}
        {%- if custom_edges -%}
            {#- an aggregate, so that edges that are all given still make one row -#}
            min(cast({{ custom_edges[position - 1] }} as double))
        {%- else -%}
            percentile_cont({{ position / bins }}) within group (order by cast({{ measure }} as double))
        {%- endif %} as {{ name }}_edge_{{ position }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
