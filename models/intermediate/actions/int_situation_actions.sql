with

situations as (

    select
        segment,
        value_tier,
        risk_band,
        count(*) as customers

    from {{ ref('int_customer_situations') }}
    group by segment, value_tier, risk_band

),

-- the first rule that fits decides
ranked as (

    select
        situations.segment,
        situations.value_tier,
        situations.risk_band,
        situations.customers,
        rules.rule_number,
        rules.action,
        rules.reason,
        row_number() over (
            partition by situations.segment, situations.value_tier, situations.risk_band
            order by rules.rule_number
        ) as position

    from situations
    inner join {{ ref('action_rules') }} as rules
        on
            (situations.segment = rules.segment or rules.segment = 'any')
            and (situations.value_tier = rules.value_tier or rules.value_tier = 'any')
            and (situations.risk_band = rules.risk_band or rules.risk_band = 'any')

),

final as (

    select
        {{ combined_key(['segment', 'value_tier', 'risk_band']) }} as situation_key,
        segment,
        value_tier,
        risk_band,
        customers,
        rule_number,
        action,
        reason

    from ranked
    where position = 1

)

select * from final
