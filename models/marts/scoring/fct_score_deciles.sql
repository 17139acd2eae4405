with

deciles as (

    select *
    from {{ ref('int_customer_scores_fitted') }}
    where part = 'decile'

),

-- cents as decimals, so that sums are the same in any order
totalled as (

    select
        evaluation,
        ranked_by,
        decile,
        customers,
        active_customers,
        expected_active_customers,
        cast(expected_spend as decimal(18, 4)) as expected_spend,
        cast(actual_spend as decimal(18, 4)) as actual_spend,
        sum(customers) over ranking as all_customers,
        sum(active_customers) over ranking as all_active_customers,
        sum(cast(actual_spend as decimal(18, 4))) over ranking as all_actual_spend

    from deciles
    window ranking as (partition by evaluation, ranked_by)

),

final as (

    select
        {{ combined_key(['evaluation', 'ranked_by', 'decile']) }} as score_decile_key,
        evaluation,
        ranked_by,
        cast(decile as int) as decile,
        customers,
        active_customers,
        {{ ratio('expected_active_customers', 'customers') }} as mean_probability,
        {{ ratio('active_customers', 'customers') }} as active_rate,
        {{ ratio('active_customers * all_customers', 'customers * all_active_customers') }} as lift,
        expected_spend,
        actual_spend,
        {{ ratio('actual_spend', 'all_actual_spend') }} as actual_spend_share

    from totalled

)

select * from final
