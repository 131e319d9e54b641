#!/usr/bin/env python3
"""Reckons what an environment costs a month: terraform/cost.py [--check]

From the sizes that Terraform reads (environments/*/sizing.auto.tfvars.json), what is expected beside them (usage.json) and prices.json it
writes COST.md; --check says instead, with exit code 1, whether COST.md is what it would write.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What the modules make whatever the sizes are.
KEYS, SECRETS, DATABASE_SECRETS, DATABASE_ALARMS, KAFKA_ALARMS = 3, 7, 1, 5, 2
DEFAULT_ENDPOINTS, DEFAULT_NODE_GB, DEFAULT_BROKERS_A_ZONE, DEFAULT_BROKER_GB, DEFAULT_BROKER = 6, 50, 1, 50, "kafka.m5.large"


class Bill:
    """Lines of (what, how many, unit price, sum)."""

    def __init__(self, prices):
        self.prices, self.lines = prices, []

    def hourly(self, what, price, count, share=1.0):
        if count:
            each = self.prices["hourly"][price] * self.prices["hours_a_month"] * share
            self.lines.append((what, f"{count:g}", each, count * each))

    def monthly(self, what, price, count, kind="monthly", per=1, times=1):
        if count:
            each = self.prices[kind][price] * times
            self.lines.append((what, f"{count:,.10g}", each, count / per * each))

    def total(self):
        return sum(line[3] for line in self.lines)


def network(bill, sizing, usage):
    zones = len(sizing["network"]["zones"])
    ways_out = zones if sizing["network"].get("nat_per_zone", True) else 1
    endpoints = sizing["network"].get("interface_endpoints")
    bill.hourly("ways out (NAT)", "nat gateway", ways_out)
    bill.hourly("public addresses of the ways out", "public address", ways_out)
    bill.hourly("endpoints of AWS's services", "interface endpoint", zones * (DEFAULT_ENDPOINTS if endpoints is None else len(endpoints)))
    bill.monthly("GB through the ways out", "through nat (GB)", usage["nat_gb"], "by_use")


def cluster(bill, sizing, usage):
    bill.hourly("cluster's control plane", "eks cluster", 1)
    for name, group in sizing["cluster"]["node_groups"].items():
        count = usage["nodes"][name]
        if not group["least"] <= count <= group["most"]:
            raise SystemExit(f"cost: usage.json has {count} nodes of {name}, the sizes allow {group['least']} to {group['most']}")
        spot = bill.prices["spot_share"] if group.get("spot") else 1.0
        bill.hourly(f"nodes for {name}, {group['instance_types'][0]}{' (spot)' if group.get('spot') else ''}", group["instance_types"][0], count, spot)
        bill.monthly(f"GB of disk of nodes for {name}", "disk of a node (GB)", count * group.get("disk_gb", DEFAULT_NODE_GB))


def data(bill, sizing, usage):
    database, kafka = sizing["database"], sizing["kafka"]
    servers = (2 if database["multi_az"] else 1) + database.get("read_replicas", 0)
    bill.hourly(f"database servers, {database['instance_class']}{', a standby among them' if database['multi_az'] else ''}", database["instance_class"], servers)
    bill.monthly("GB of disk of the database", "disk of the database (GB)", servers * database["gigabytes"])
    if kafka.get("kind", "msk") == "msk":
        brokers = len(sizing["network"]["zones"]) * kafka.get("brokers_per_zone", DEFAULT_BROKERS_A_ZONE)
        kind = kafka.get("instance_type", DEFAULT_BROKER)
        bill.hourly(f"brokers, {kind}", kind, brokers)
        bill.monthly("GB of disk of the brokers", "disk of a broker (GB)", brokers * kafka.get("volume_gb", DEFAULT_BROKER_GB))
    bill.monthly("GB of artifacts", "artifacts (GB)", usage["artifact_gb"])
    bill.monthly("artifacts put", "put of an artifact (1,000)", usage["artifact_puts"], "by_use", per=1000)
    bill.monthly("artifacts read", "get of an artifact (1,000)", usage["artifact_gets"], "by_use", per=1000)


def rest(bill, sizing, usage):
    managed = sizing["kafka"].get("kind", "msk") == "msk"
    bill.monthly("keys", "key", KEYS)
    bill.monthly("secrets", "secret", SECRETS + DATABASE_SECRETS)
    bill.monthly("alarms", "alarm", DATABASE_ALARMS + (KAFKA_ALARMS if managed else 0))
    bill.monthly("GB of logs", "logs taken in (GB)", usage["log_gb"], "by_use")


def page(prices, bills, budgets):
    lines = [
        "# What an environment costs a month", "",
        f"**An estimate**, made by `terraform/cost.py` from `prices.json` (list prices of {prices['region']} in US dollars as of {prices['date']},",
        "without taxes, discounts and free tiers), the environments' sizes and what `usage.json` expects. What models cost is not in it: Argosy keeps",
        "that in budgets of its own. `make validate` sees that this page is what the script would write.", "",
        "| environment | a month | budget of its alarm |", "|---|---|---|",
    ]
    lines += [f"| {name} | {bill.total():,.0f} USD | {budgets[name]:,.0f} USD |" for name, bill in bills.items()]
    for name, bill in bills.items():
        lines += ["", f"## {name}", "", "| what | how many | each | a month |", "|---|---:|---:|---:|"]
        lines += [f"| {what} | {count} | {each:,.4g} | {total:,.2f} |" for what, count, each, total in sorted(bill.lines, key=lambda line: -line[3])]
        lines += [f"| **all** | | | **{bill.total():,.2f}** |"]
    return "\n".join(lines) + "\n"


def main():
    prices = json.loads((HERE / "prices.json").read_text())
    bills, budgets = {}, {}
    for folder in sorted((HERE / "environments").iterdir()):
        sizing = json.loads((folder / "sizing.auto.tfvars.json").read_text())
        usage = json.loads((folder / "usage.json").read_text())
        bill = bills[folder.name] = Bill(prices)
        for part in (network, cluster, data, rest):
            part(bill, sizing, usage)
        budgets[folder.name] = sizing["alarms"]["monthly_budget_usd"]
        if sizing["region"] != prices["region"]:
            raise SystemExit(f"cost: {folder.name} stands in {sizing['region']}, prices.json is about {prices['region']}")
        if bill.total() > budgets[folder.name]:
            raise SystemExit(f"cost: {folder.name} is expected to cost {bill.total():,.0f} USD, more than the budget of its alarm")
    written = page(prices, bills, budgets)
    if sys.argv[1:] == ["--check"]:
        if (HERE / "COST.md").read_text() != written:
            raise SystemExit("cost: COST.md is not what terraform/cost.py would write: run it")
    elif sys.argv[1:]:
        raise SystemExit(__doc__)
    else:
        (HERE / "COST.md").write_text(written)


if __name__ == "__main__":
    main()
