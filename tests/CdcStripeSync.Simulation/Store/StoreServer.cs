using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Running;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Store;

/// <summary>The state store's side of the wire. What was sent is carried out even where the caller has died meanwhile.</summary>
internal sealed class StoreServer(World world, Chance chance, Tally tally)
{
    private readonly List<SimulatedProcess> _callers = [];

    /// <summary>Something that a dead process sent is still on its way.</summary>
    public bool HasLateCalls => _callers.Exists(c => c.IsDead);

    /// <summary>Percent of calls that fail, half of them after they were carried out.</summary>
    public int FaultShare { get; set; }

    /// <summary>Until then every call fails.</summary>
    public long AwayUntil { get; set; }

    public Task<T> Call<T>(SimulatedProcess caller, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (cancellationToken.CanBeCanceled) cancellationToken.UnsafeRegister(_ => answer.TrySetCanceled(cancellationToken), null);
        var fault = chance.In(FaultShare) ? chance.Between(1, 2) : 0;
        if (fault != 0) tally.Fault(fault == 1 ? "store fails before" : "store fails after");
        if (fault != 0 && world.IsTraced) world.Say($"{caller.Name} store call fails {(fault == 1 ? "before" : "after")}");
        _callers.Add(caller);
        if (chance.In(80)) world.Outside.Post(_ => Carry(caller, call, fault, answer), null);
        else new WorldTimer(world.Outside, _ => Carry(caller, call, fault, answer), null).Change(TimeSpan.FromMilliseconds(chance.In(95) ? chance.Between(1, 10) : chance.Between(10, 3000)), Timeout.InfiniteTimeSpan);
        return answer.Task;
    }

    private void Carry<T>(SimulatedProcess caller, Func<Task<T>> call, int fault, TaskCompletionSource<T> answer)
    {
        _callers.Remove(caller);
        if (fault == 1 || world.Now < AwayUntil)
        {
            Fail(answer);
            return;
        }

        var done = call();
        if (!done.IsCompleted) throw new InvalidOperationException("the store answers at once");
        if (done.Exception?.GetBaseException() is { } failure)
        {
            if (failure is StateConflictException) tally.Add("processes: write refused, another process was first");
            answer.TrySetException(failure);
        }
        else if (fault == 2) Fail(answer);
        else answer.TrySetResult(done.GetAwaiter().GetResult());
    }

    private static void Fail<T>(TaskCompletionSource<T> answer) => answer.TrySetException(new StateStoreUnavailableException("the connection broke", new IOException("broken")));
}
