using System.Text.Json;

namespace CdcStripeSync.App.Connectors;

/// <summary>How often this program has restarted connectors from this machine. Kafka Connect itself does not count.</summary>
/// <remarks>One small file, <c>$XDG_STATE_HOME/cdc-stripe/restarts.json</c>. Where it cannot be kept, nothing is counted and nothing fails.</remarks>
internal sealed class RestartJournal
{
    private readonly string _file;

    private RestartJournal(string file) => _file = file;

    public static RestartJournal Open()
    {
        var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return new RestartJournal(Path.Combine(home, "cdc-stripe", "restarts.json"));
    }

    /// <returns>How often by now; 0 where it cannot be kept.</returns>
    public int Add(string worker, string connector, DateTimeOffset now)
    {
        try
        {
            var all = Read();
            var one = all.GetValueOrDefault(Key(worker, connector)) ?? new RestartCount(0, now);
            all[Key(worker, connector)] = one with { Times = one.Times + 1, Last = now };
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var next = $"{_file}.{Environment.ProcessId}";
            File.WriteAllText(next, JsonSerializer.Serialize(all));
            File.Move(next, _file, overwrite: true);
            return one.Times + 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return 0;
        }
    }

    /// <summary>Null for none.</summary>
    public RestartCount? Of(string worker, string connector)
    {
        try
        {
            return Read().GetValueOrDefault(Key(worker, connector));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string Key(string worker, string connector) => $"{worker} {connector}";

    private Dictionary<string, RestartCount> Read() => File.Exists(_file) ? JsonSerializer.Deserialize<Dictionary<string, RestartCount>>(File.ReadAllText(_file)) ?? [] : [];
}
