using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>A store whose entities are read at once and arrive a second later; everything else goes through as it is.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it.")]
internal class SlowAnswers : DispatchProxy
{
    private IStateStore _store = null!;
    private VirtualWorld _time = null!;

    public static IStateStore Of(IStateStore store, VirtualWorld time)
    {
        var proxy = Create<IStateStore, SlowAnswers>();
        ((SlowAnswers)(object)proxy)._store = store;
        ((SlowAnswers)(object)proxy)._time = time;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? arguments)
    {
        var answer = method!.Invoke(_store, arguments);
        return answer is Task<IReadOnlyDictionary<EntityKey, EntityState>> loaded ? Late(loaded) : answer;
    }

    private async Task<IReadOnlyDictionary<EntityKey, EntityState>> Late(Task<IReadOnlyDictionary<EntityKey, EntityState>> loaded)
    {
        var found = await loaded;
        await _time.Wait(TimeSpan.FromSeconds(1));
        return found;
    }
}
