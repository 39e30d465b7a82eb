"""What Python's packages say: one line a figure, name and value.

  python3 -m venv v && v/bin/pip install lifelines==0.30.3 statsmodels==0.15.0 scipy==1.17.1
  v/bin/python statistics.py > statistics-python.tsv
"""
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_waltons
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times, qth_survival_times, restricted_mean_survival_time
from scipy.stats import binomtest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint


def say(name, value):
    print(f"{name}\t{float(value)!r}")


flies = load_waltons()
fit = KaplanMeierFitter().fit(flies["T"], flies["E"])
for p in (25, 50, 75, 90):
    say(f"waltons.p{p}", qth_survival_times(1 - p / 100, fit.survival_function_))
interval = median_survival_times(fit.confidence_interval_)
say("waltons.median.lo", interval.iloc[0, 0])
say("waltons.median.hi", interval.iloc[0, 1])
say("waltons.rmean", restricted_mean_survival_time(fit, t=50))
few, many = (flies[flies["group"] == g] for g in ("miR-137", "control"))
test = logrank_test(few["T"], many["T"], few["E"], many["E"])
say("logrank.waltons.chisq", test.test_statistic)
say("logrank.waltons.p", test.p_value)

for x0, n0, x1, n1 in ((48, 80, 56, 70), (3, 1000, 12, 900), (5, 9, 9, 9), (0, 30, 30, 30)):
    low, high = confint_proportions_2indep(x1, n1, x0, n0, compare="diff", method="newcomb")
    say(f"newcombe.{x0}.{n0}.{x1}.{n1}.lo", low)
    say(f"newcombe.{x0}.{n0}.{x1}.{n1}.hi", high)
for k, n in ((81, 263), (15, 148)):
    low, high = proportion_confint(k, n, method="wilson")
    say(f"wilson.{k}.{n}.lo", low)
    say(f"wilson.{k}.{n}.hi", high)
say("poisson.40.60.p", binomtest(60, 100).pvalue)
p = (0.01, 0.04, 0.03, 0.005, 0.8, 0.2, 0.03, 1)
for i, q in enumerate(multipletests(p, method="fdr_bh")[1]):
    say(f"bh.{i + 1}", q)
