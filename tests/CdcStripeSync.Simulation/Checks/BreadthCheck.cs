using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Control;
using CdcStripeSync.Pipeline.InMemory;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Checks;

/// <summary>All instances together let no more rows pass within the breadth limit's window than it allows, but for what the operator approved; and nothing that it counts is
/// begun without having passed.</summary>
/// <remarks>Rows are counted, each once within a window: that is never more than what the limit counts.</remarks>
internal sealed class BreadthCheck(World world, InMemoryStateStore state, BreadthLimit limit)
{
    private readonly Dictionary<(string Kind, EntityKey Entity), DateTimeOffset> _passed = [];
    private readonly HashSet<(string Kind, EntityKey Entity)> _everPassed = [];
    private readonly HashSet<(string Kind, EntityKey Entity)> _approved = [];
    private readonly HashSet<string> _intents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _mostLinked = new(StringComparer.Ordinal);

    public BreadthAnswer Answered(string resource, string kind, IReadOnlyList<BreadthAsk> asks, BreadthAnswer answer, DateTimeOffset now)
    {
        _mostLinked[resource] = Math.Max(_mostLinked.GetValueOrDefault(resource), state.Entities.Count(e => e.Key.Resource == resource && e.StripeId is not null));
        foreach (var ask in asks.Where(a => !answer.Held.Contains(a.Entity)))
        {
            _everPassed.Add((kind, ask.Entity));
            if (ask.Approved) _approved.Add((kind, ask.Entity)); // asked about again, it has passed already
            else if (!_approved.Contains((kind, ask.Entity)) && _passed.GetValueOrDefault((kind, ask.Entity)) <= now - limit.Window) _passed[(kind, ask.Entity)] = now;
        }

        var within = _passed.Count(p => p.Key.Kind == kind && p.Key.Entity.Resource == resource && p.Value > now - limit.Window);
        if (within > limit.Allowance(_mostLinked[resource])) Break("more passed the breadth limit than it allows", $"{within} {resource} rows, {kind}");
        return answer;
    }

    public void Written(StateBatch batch)
    {
        foreach (var entity in batch.Entities.Where(e => e.Intent is { } intent && _intents.Add(intent.Id)))
        {
            var kind = BreadthBrake.Name(PlanStepJson.Read(entity.Intent!.StepJson).Breadth);
            if (kind is "" or "create" || _everPassed.Contains((kind, entity.Key))) continue;
            Break("past the breadth limit", $"{entity.Key}: {kind} was begun and never passed");
        }
    }

    private void Break(string invariant, string what)
    {
        var broken = new InvariantBrokenException(invariant, what);
        world.Break(broken);
        throw broken;
    }
}
