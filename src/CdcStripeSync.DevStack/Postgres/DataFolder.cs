namespace CdcStripeSync.DevStack.Postgres;

/// <summary>A folder that a server of a test, or of the demonstration, had its data in.</summary>
public static class DataFolder
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Removes it whole. A server that was killed, or whose parent was, ends by itself and may still be taking its own files away.</summary>
    public static async Task RemoveAsync(string folder)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 100)
            {
                await Task.Delay(Pause);
            }
        }
    }
}
