-- Where k is no part of n there is no share, and no interval of one: null. A square root of a negative number would
-- stop the measurement instead, and with it the night's report.
create or replace function wilson_low(k double precision, n double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when n > 0 and k = 0 then 0
    when n > 0 and k > 0 and k <= n then
      ((k / n + 3.8414588206941254 / (2 * n))
        - 1.959963984540054
          * sqrt(k / n * (1 - k / n) / n + 3.8414588206941254 / (4 * n * n)))
      / (1 + 3.8414588206941254 / n)
  end
$$;
create or replace function wilson_high(k double precision, n double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when n > 0 and k = n then 1
    when n > 0 and k >= 0 and k < n then
      ((k / n + 3.8414588206941254 / (2 * n))
        + 1.959963984540054
          * sqrt(k / n * (1 - k / n) / n + 3.8414588206941254 / (4 * n * n)))
      / (1 + 3.8414588206941254 / n)
  end
$$;
comment on function wilson_low(double precision, double precision) is
  'Lower end of the 95 % Wilson interval of k of n; null for n = 0, and where k is less than 0 or more than n';
comment on function wilson_high(double precision, double precision) is
  'Upper end of the 95 % Wilson interval of k of n; null for n = 0, and where k is less than 0 or more than n';
