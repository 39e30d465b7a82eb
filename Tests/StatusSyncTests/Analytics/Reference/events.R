# Two published histories as logs of statuses: one line a row, the patient, the day and the status. And what R
# says of one of them: one line a figure, name and value.
#   for log in pbcseq jasa; do Rscript events.R $log > $log.csv; done
#   Rscript events.R figures > figures-R.tsv
# Made with R 4.2.2 and survival 3.5-3 (Debian 12: r-base-core, r-cran-survival), whose data both are (LGPL 2
# or later).
suppressMessages(library(survival))

write_log <- function(lead, day, status) {
  log <- data.frame(lead, day, status)
  # Rows of one patient and day stay in the order in which they are given.
  write.csv(log[order(log$day, log$lead), ], quote = FALSE, row.names = FALSE)
}

# Primary biliary cholangitis: the stage that each visit found, then a transplant or death. Days count from each
# patient's registration, here 1974-01-01 for all.
pbcseq_log <- function() {
  ends <- subset(pbcseq, !duplicated(id) & status > 0)
  stages <- c("new", "contacted", "qualified", "tour_scheduled")
  write_log(c(pbcseq$id, ends$id), as.Date("1974-01-01") + c(pbcseq$day, ends$futime),
            c(stages[pbcseq$stage], c("leased", "lost")[ends$status]))
}

# Heart transplants at Stanford: accepted for one, transplanted, dead.
jasa_log <- function() {
  jasa$id <- seq_len(nrow(jasa))
  given <- subset(jasa, transplant == 1)
  dead <- subset(jasa, fustat == 1)
  write_log(c(jasa$id, given$id, dead$id), c(jasa$accept.dt, given$tx.date, dead$fu.date),
            rep(c("new", "tour_scheduled", "lost"), c(nrow(jasa), nrow(given), nrow(dead))))
}

say <- function(name, value) cat("jasa.", name, "\t", sprintf("%.17g", value), "\n", sep = "")
seconds <- function(name, days) say(name, days * 86400)
km <- function(days, ended) survfit(Surv(days, ended) ~ 1, conf.type = "log-log")

# The first day on which the curve is low enough; NA for none. quantile() takes the middle of two days where the
# curve lies exactly there, docs/figures.md does not.
reached <- function(fit, q) c(fit$time[fit$surv <= 1 - q + 1e-9], NA)[1]

median_of <- function(name, fit) {
  limits <- quantile(fit, .5)
  seconds(name, reached(fit, .5))
  seconds(paste0(name, ".lo"), unname(limits$lower))
  seconds(paste0(name, ".hi"), unname(limits$upper))
}

stays <- function(status, days, ended) {
  name <- function(column) paste0("time_in_status.", column, ".", status)
  fit <- km(days, ended)
  say(name("n_closed"), sum(ended))
  say(name("n_open"), sum(!ended))
  seconds(name("mean_seconds"), mean(days[ended]))
  median_of(name("km_median_seconds"), fit)
  for (p in c(25, 75, 90)) seconds(name(paste0("p", p, "_seconds")), reached(fit, p / 100))
  seconds(name("rmst_90d_seconds"), unname(survival:::survmean(fit, rmean = 90)$matrix["rmean"]))
}

# From the table of the patients, not from the log. Who is not known to be dead is watched until as_of.
figures <- function() {
  as_of <- as.Date("1974-04-01")
  inside <- function(day) !is.na(day) & day >= as.Date("1969-01-01") & day < as.Date("1974-01-01")
  jasa$end <- as.Date(ifelse(jasa$fustat == 1, jasa$fu.date, as_of), origin = "1970-01-01")
  accepted <- subset(jasa, inside(accept.dt))
  days <- as.numeric(pmin(accepted$tx.date, accepted$end, na.rm = TRUE) - accepted$accept.dt)
  end <- factor(ifelse(accepted$transplant == 1, 1, ifelse(accepted$fustat == 1, 2, 0)), 0:2)
  stays("new", days, end != 0)
  given <- subset(jasa, inside(tx.date))
  stays("tour_scheduled", as.numeric(given$end - given$tx.date), given$fustat == 1)
  median_of("km_median_response_time", km(days, end == 1))

  # A transplant with death competing.
  fit <- survfit(Surv(days, end) ~ 1, conf.type = "log-log")
  for (day in c(1, 7, 14, 30, 60, 90)) {
    at <- summary(fit, times = day)
    name <- paste0("curves.probability.tour.", day)
    say(name, at$pstate[2])
    say(paste0(name, ".lo"), at$lower[2])
    say(paste0(name, ".hi"), at$upper[2])
    if (day %in% c(7, 30, 90)) say(paste0("conversion.advanced_", day, "d.new"), at$pstate[2])
  }
}

switch(commandArgs(TRUE), pbcseq = pbcseq_log(), jasa = jasa_log(), figures = figures())
