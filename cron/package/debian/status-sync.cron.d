# For machines without systemd; where it runs, the timers of the package do this:
# systemctl enable --now status-sync.timer
PATH=/usr/bin:/bin
0 2 * * * status-sync test -d /run/systemd/system || /usr/lib/status-sync/nightly
# Where `status-sync serve` does not run: what waits in the outbox is sent from here.
#*/5 * * * * status-sync test -d /run/systemd/system || /usr/lib/status-sync/deliver
