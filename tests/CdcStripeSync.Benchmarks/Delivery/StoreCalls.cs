using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Reflection;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Benchmarks.Delivery;

/// <summary>Counts what is asked of the state store, and the round trips that this takes, by Npgsql's own word.</summary>
internal sealed class StoreCalls : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _calls;
    private long _writes;
    private long _written;
    private long _roundTrips;

    public StoreCalls()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.duration" or "db.client.commands.duration" }) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _roundTrips));
        _listener.Start();
    }

    /// <summary>Reads and writes asked for.</summary>
    public long Calls => _calls;

    /// <summary>Groups written.</summary>
    public long Writes => _writes;

    /// <summary>States of rows in these groups.</summary>
    public long Written => _written;

    public long RoundTrips => _roundTrips;

    public IStateStore Count(IStateStore store)
    {
        var counted = DispatchProxy.Create<IStateStore, Counted>();
        ((Counted)counted).Begin(this, store);
        return counted;
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Passes every call on.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it.")]
    public class Counted : DispatchProxy
    {
        private StoreCalls? _calls;
        private IStateStore? _store;

        internal void Begin(StoreCalls calls, IStateStore store) => (_calls, _store) = (calls, store);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Interlocked.Increment(ref _calls!._calls);
            if (args is [StateBatch batch, ..])
            {
                Interlocked.Increment(ref _calls._writes);
                Interlocked.Add(ref _calls._written, batch.Entities.Length);
            }

            return targetMethod!.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}
