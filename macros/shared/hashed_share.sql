{#-
    A number from 0 up to 1 that a text alone decides, spread evenly over texts and the same on every engine and in every
    build: the first eight digits of its MD5 sum.
-#}
{% macro hashed_share(text) -%}
    {{ return(adapter.dispatch('hashed_share')(text)) }}
{%- endmacro %}

{% macro default__hashed_share(text) -%}
    cast(cast('0x' || substr(md5({{ text }}), 1, 8) as bigint) as double) / 4294967296
{%- endmacro %}

{% macro spark__hashed_share(text) -%}
    cast(conv(substr(md5({{ text }}), 1, 8), 16, 10) as double) / 4294967296
{%- endmacro %}
