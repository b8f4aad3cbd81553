using System.Collections.Frozen;
using System.Collections.Immutable;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Status;

namespace CdcStripeSync.Connect.Planning;

/// <summary>Compares the wanted connectors with a worker's, and judges each before anything changes. Reads only.</summary>
public sealed class Planner(ConnectClient client)
{
    public async Task<ImmutableArray<ConnectorPlan>> PlanAsync(IReadOnlyList<DesiredConnector> wanted, CancellationToken cancellationToken)
    {
        var there = await client.ListAsync(cancellationToken);
        var plans = ImmutableArray.CreateBuilder<ConnectorPlan>();
        foreach (var connector in wanted) plans.Add(await PlanAsync(connector, wanted, there, cancellationToken));
        return plans.ToImmutable();
    }

    private async Task<ConnectorPlan> PlanAsync(DesiredConnector connector, IReadOnlyList<DesiredConnector> wanted, ImmutableArray<ConnectorInfo> there, CancellationToken cancellationToken)
    {
        var worker = there.FirstOrDefault(c => c.Name == connector.Name)?.Config;
        IReadOnlySet<string> passwords = FrozenSet<string>.Empty;
        var others = wanted.Select(c => (c.Name, (IReadOnlyDictionary<string, string>)c.Config))
            .Concat(there.Where(t => wanted.All(w => w.Name != t.Name)).Select(t => (t.Name, (IReadOnlyDictionary<string, string>)t.Config)));
        var problems = ImmutableArray.CreateBuilder<Problem>();
        problems.AddRange(FleetRules.Judge(connector, others));
        try
        {
            var validation = await client.ValidateAsync(connector.Config.SetItem("name", connector.Name), cancellationToken);
            passwords = validation.Passwords;
            problems.AddRange(ConfigRules.Judge(connector, passwords));
            problems.AddRange(UnknownOptions.Find(connector.Config, validation.Known));
            problems.AddRange(validation.Errors.Select(e => Explain(e with { Message = Secrets.Clean(e.Message, connector.Config, passwords) }, connector)));
        }
        catch (ConnectException e) when (e.Failure is ConnectFailure.NotFound or ConnectFailure.Refused)
        {
            problems.Add(Problem.Refusal(Secrets.Clean(e.Message, connector.Config, passwords)));
        }

        var changes = ConfigDiff.Of(worker, connector.Config, passwords);
        var action = worker is null ? PlannedAction.Create : changes.Length > 0 ? PlannedAction.Change : PlannedAction.Nothing;
        return new ConnectorPlan(connector, action, changes, problems.ToImmutable());
    }

    /// <summary>Debezium reports every failure to connect at <c>database.hostname</c>, whatever the reason.</summary>
    private static Problem Explain(OptionError error, DesiredConnector connector)
    {
        var message = error.Message.StartsWith($"The '{error.Option}' value is invalid: ", StringComparison.Ordinal) ? error.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..] : error.Message;
        foreach (var reference in Secrets.References(message))
        {
            var where = connector.Config.Where(o => o.Value.Contains(reference, StringComparison.Ordinal)).Select(o => o.Key).DefaultIfEmpty(error.Option);
            return Problem.Refusal($"{string.Join(", ", where)}: the worker does not know {reference} and takes it literally ({message})", "set it where the worker runs, or correct its name");
        }

        // A reference that the worker does not know is taken literally; what is said of it is then said of the value.
        var literal = connector.Option(error.Option) is { } value ? Secrets.References(value).FirstOrDefault() : null;
        return Problem.Refusal($"{error.Option}: {message}", Advice.For(message) ?? (literal is null ? "" : $"its value is the reference {literal}: set it where the worker runs, or correct its name"));
    }
}
