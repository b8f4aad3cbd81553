using CdcStripeSync.DevStack.Postgres;

namespace CdcStripeSync.CrashTest.Processes;

/// <summary>Starts PostgreSQL from a thread that stays until it is there: initdb ends with the thread that started it.</summary>
internal static class StartingThread
{
    public static Task<PostgresServer> RunAsync(Func<Task<PostgresServer>> start)
    {
        var started = new TaskCompletionSource<PostgresServer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var keeper = new Thread(() =>
        {
            try
            {
                started.SetResult(start().GetAwaiter().GetResult());
            }
            catch (PostgresUnavailableException e)
            {
                started.SetException(e);
            }
        })
        { IsBackground = true };
        keeper.Start();
        return started.Task;
    }
}
