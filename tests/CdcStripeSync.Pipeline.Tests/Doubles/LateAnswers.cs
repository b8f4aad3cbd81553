using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>A store some of whose answers are made at once and arrive later; counts what it is asked.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it.")]
internal class LateAnswers : DispatchProxy
{
    private IStateStore _store = null!;
    private VirtualWorld _time = null!;
    private Func<MethodInfo, object?[], TimeSpan> _late = null!;

    public Dictionary<string, int> Asked { get; } = [];

    /// <param name="late">How much later a call's answer arrives.</param>
    public static IStateStore Of(IStateStore store, VirtualWorld time, Func<MethodInfo, object?[], TimeSpan> late)
    {
        var proxy = Create<IStateStore, LateAnswers>();
        var answers = (LateAnswers)(object)proxy;
        (answers._store, answers._time, answers._late) = (store, time, late);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? method, object?[]? arguments)
    {
        Asked[method!.Name] = Asked.GetValueOrDefault(method.Name) + 1;
        var answer = method.Invoke(_store, arguments);
        var late = _late(method, arguments!);
        if (late == TimeSpan.Zero || !method.ReturnType.IsGenericType) return answer;
        return typeof(LateAnswers).GetMethod(nameof(Late), BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(method.ReturnType.GetGenericArguments()).Invoke(this, [answer, late]);
    }

    private async Task<T> Late<T>(Task<T> answer, TimeSpan late)
    {
        var found = await answer;
        await _time.Wait(late);
        return found;
    }
}
