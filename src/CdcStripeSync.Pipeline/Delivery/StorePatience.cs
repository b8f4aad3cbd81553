using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>Reads from the store that wait while it is away.</summary>
internal static class StorePatience
{
    public static async Task<T> Patiently<T>(
        this IStateStore store, Func<IStateStore, Task<T>> read, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await read(store);
            }
            catch (StateStoreUnavailableException)
            {
                await Task.Delay(patience, time, cancellationToken);
            }
        }
    }
}
