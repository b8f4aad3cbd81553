using CdcStripeSync.CrashTest.Processes;
using CdcStripeSync.CrashTest.Running;

namespace CdcStripeSync.CrashTest.Faults;

/// <summary>What goes wrong in a run and when, the same for the same seed.</summary>
/// <param name="Starts">When each instance is started first.</param>
internal sealed record FaultPlan(IReadOnlyList<TimeSpan> Starts, int Brokers, IReadOnlyList<PlannedFault> Faults)
{
    private const int Span = 2_500;

    public static FaultPlan Of(Chance chance)
    {
        var instances = chance.Of(1, 2, 2, 2, 3, 3, 4);
        var starts = Enumerable.Range(0, instances).Select(i => Milliseconds(i == 0 || chance.In(60) ? 0 : chance.Below(Span))).ToList();
        var brokers = chance.Between(1, 3);
        var faults = new List<PlannedFault>();
        for (var i = chance.Between(2, 6); i > 0; i--) faults.Add(Next(chance, instances, brokers));
        for (var i = chance.Between(0, 3); i > 0; i--) faults.Add(new PlannedFault(Milliseconds(chance.Below(Span)), "Stripe fault", StripeFaults.Of(chance)));
        return new FaultPlan(starts, brokers, [.. faults.OrderBy(f => f.At)]);
    }

    private static PlannedFault Next(Chance chance, int instances, int brokers)
    {
        var at = Milliseconds(chance.Below(Span));
        var who = chance.Below(instances);
        var again = Milliseconds(chance.Below(700));
        switch (chance.Below(100))
        {
            case < 14: return new PlannedFault(at, "kill", hands => hands.KillAsync(who, again));
            case < 52:
                var (name, nth) = (chance.Of(Failpoints.Names), chance.Of(1, 1, 1, 2, 3));
                return new PlannedFault(Milliseconds(chance.Below(Span)), $"arm {name} {nth}", hands => hands.ArmAsync(who, name, nth, again));
            case < 58: return new PlannedFault(at, "kill all", hands => hands.KillAllAsync(again));
            case < 67:
                var pause = Milliseconds(chance.In(70) ? chance.Between(2_600, 3_600) : chance.Between(200, 800));
                return new PlannedFault(at, "pause", hands => hands.PauseAsync(who, pause));
            case < 73: return new PlannedFault(at, "clean stop", hands => hands.CleanStopAsync(who, again));
            case < 82:
                var (broker, down) = (chance.Between(0, brokers), Milliseconds(chance.Between(100, 1_500)));
                return new PlannedFault(at, "broker down", hands => hands.BrokerAsync(broker, down));
            case < 89:
                var (hard, away) = (chance.In(50), Milliseconds(chance.Below(500)));
                return new PlannedFault(at, "state store restart", hands => hands.RestartStateAsync(hard, away));
            case < 96:
                var cut = Milliseconds(chance.Between(200, 2_500));
                return new PlannedFault(at, "cut from the state store", hands => hands.CutAsync(who, cut));
            default: return new PlannedFault(at, "age keys", hands => hands.AgeAsync(again));
        }
    }

    private static TimeSpan Milliseconds(int number) => TimeSpan.FromMilliseconds(number);
}
