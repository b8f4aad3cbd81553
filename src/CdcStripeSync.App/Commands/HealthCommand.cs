using System.CommandLine;

namespace CdcStripeSync.App.Commands;

internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Option<string?>("--url") { Description = "Where the page of the running program listens; web.url where it is not given." };
        var command = new Command("health", "Ask a running program for its health: exit code 0 where it is well. For containers, whose images hold no curl.") { url };
        var settings = SettingsOptions.On(command);
        command.Runs(async (parsed, cancellationToken) =>
        {
            var address = parsed.GetValue(url) is { } given ? Address(given, "--url") : Address(settings.ReadQuietly(parsed).Web.Url, "web.url");
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
            try
            {
                using var answer = await http.GetAsync(address, cancellationToken);
                Console.WriteLine($"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync(cancellationToken)).Trim()}");
                return answer.IsSuccessStatusCode ? ExitCode.Fine : ExitCode.Error;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new UserErrorException($"{address} does not answer: {e.Message}", "the program does not run, or web.url is another", ExitCode.Error, e);
            }
        });
        return command;
    }

    /// <summary>Who listens everywhere is asked here.</summary>
    private static Uri Address(string text, string name)
    {
        if (!Uri.TryCreate(text.TrimEnd('/') + "/health", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Port == 0)
            throw new UserErrorException($"{name} '{text}' is no http address that can be asked", "give --url the address that the program printed, as in http://127.0.0.1:8080", ExitCode.Usage);
        return address.Host is "0.0.0.0" or "[::]" ? new UriBuilder(address) { Host = "127.0.0.1" }.Uri : address;
    }
}
