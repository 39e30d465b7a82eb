# What R says of public data: one line a figure, name and value.
#   Rscript statistics.R > statistics-R.tsv
# Made with R 4.2.2 and survival 3.5-3 (Debian 12: r-base-core, r-cran-survival).
suppressMessages(library(survival))
say <- function(name, value) cat(name, "\t", sprintf("%.17g", value), "\n", sep = "")

curve <- function(name, fit, limit, times) {
  q <- quantile(fit, c(.25, .5, .75, .9))
  for (i in 1:4) say(paste0(name, ".p", c(25, 50, 75, 90)[i]), unname(q$quantile)[i])
  say(paste0(name, ".median.lo"), unname(q$lower)[2])
  say(paste0(name, ".median.hi"), unname(q$upper)[2])
  say(paste0(name, ".rmean"), unname(survival:::survmean(fit, rmean = limit)$matrix["rmean"]))
  at <- summary(fit, times = times)
  for (i in seq_along(times)) say(paste0(name, ".S", times[i]), at$surv[i])
}
km <- function(formula, data) survfit(formula, data, conf.type = "log-log")
curve("aml.maintained", km(Surv(time, status) ~ 1, subset(aml, x == "Maintained")), 90, c(13, 31))
curve("aml.not", km(Surv(time, status) ~ 1, subset(aml, x == "Nonmaintained")), 45, c(8, 27))
curve("veteran", km(Surv(time, status) ~ 1, veteran), 365, c(30, 100))
curve("lung", km(Surv(time, status) ~ 1, lung), 365, c(100, 500))

compare <- function(name, test) {
  say(paste0(name, ".chisq"), test$chisq)
  say(paste0(name, ".excess"), test$obs[2] - test$exp[2])
  say(paste0(name, ".p"), pchisq(test$chisq, 1, lower.tail = FALSE))
}
compare("logrank.aml", survdiff(Surv(time, status) ~ x, aml))
compare("logrank.veteran", survdiff(Surv(time, status) ~ trt, veteran))
compare("logrank.lung", survdiff(Surv(time, status) ~ sex, lung))

# pbc: 1 a transplant, 2 death; the transplant asked for with death competing, and the reverse.
pbc$end <- factor(pbc$status, 0:2)
fit <- survfit(Surv(time, end) ~ 1, pbc, conf.type = "log-log")
for (t in c(200, 1000, 2000, 4000)) {
  at <- summary(fit, times = t)
  for (i in 2:3) {
    name <- paste0("pbc.", c("", "transplant", "death")[i], ".", t)
    say(name, at$pstate[i])
    say(paste0(name, ".lo"), at$lower[i])
    say(paste0(name, ".hi"), at$upper[i])
  }
}

for (k in list(c(81, 263), c(15, 148), c(0, 20), c(1, 29), c(9995, 10000))) {
  interval <- suppressWarnings(prop.test(k[1], k[2], correct = FALSE)$conf.int)
  say(paste0("wilson.", k[1], ".", k[2], ".lo"), interval[1])
  say(paste0("wilson.", k[1], ".", k[2], ".hi"), interval[2])
}
for (k in list(c(48, 80, 56, 70), c(3, 1000, 12, 900), c(5, 9, 9, 9))) {
  test <- suppressWarnings(prop.test(k[c(1, 3)], k[c(2, 4)], correct = FALSE))
  say(paste0("pooled.", paste(k, collapse = "."), ".p"), test$p.value)
}
for (k in list(c(40, 60), c(0, 5), c(12, 12), c(300, 420), c(9900, 10300))) {
  name <- paste0("poisson.", k[1], ".", k[2])
  say(paste0(name, ".p"), poisson.test(k[2:1], c(1, 1))$p.value)
  interval <- binom.test(k[2], sum(k))$conf.int
  say(paste0(name, ".lo"), sum(k) * (2 * interval[1] - 1))
  say(paste0(name, ".hi"), sum(k) * (2 * interval[2] - 1))
}
for (k in list(c(0, 40, .01), c(7, 40, .01), c(190, 200, .99), c(3, 1e6, 1e-6), c(497000, 1e6, .5))) {
  name <- paste0("binomial.", paste(format(k, scientific = FALSE, trim = TRUE, drop0trailing = TRUE),
                                    collapse = "."))
  say(paste0(name, ".atMost"), pbinom(k[1], k[2], k[3]))
  say(paste0(name, ".atLeast"), pbinom(k[1] - 1, k[2], k[3], lower.tail = FALSE))
}
p <- c(.01, .04, .03, .005, .8, .2, .03, 1)
q <- p.adjust(p, "BH")
for (i in seq_along(p)) say(paste0("bh.", i), q[i])
