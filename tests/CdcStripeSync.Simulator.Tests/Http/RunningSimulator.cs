using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Tests.Http;

/// <summary>A simulator and a raw client of it, on a clock that only the test moves.</summary>
public sealed class RunningSimulator : IAsyncDisposable
{
    private RunningSimulator(StripeSimulator simulator, SteppedClock clock)
    {
        Simulator = simulator;
        Clock = clock;
        Client = new HttpClient { BaseAddress = simulator.BaseAddress };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_test_123");
    }

    public StripeSimulator Simulator { get; }

    public SteppedClock Clock { get; }

    public HttpClient Client { get; }

    public static async Task<RunningSimulator> StartAsync(SimulatorOptions? options = null)
    {
        var clock = new SteppedClock();
        return new RunningSimulator(await StripeSimulator.StartAsync((options ?? new()) with { TimeProvider = clock }, CancellationToken.None), clock);
    }

    public Task<StripeAnswer> PostAsync(string path, params (string Name, string Value)[] form) => PostAsync(path, key: null, form);

    public Task<StripeAnswer> PostAsync(string path, string? key, params (string Name, string Value)[] form) =>
        SendAsync(HttpMethod.Post, path, key, new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))));

    public Task<StripeAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<StripeAnswer> DeleteAsync(string path, string? key = null) => SendAsync(HttpMethod.Delete, path, key, null);

    /// <summary>Creates, expecting success, and returns the id.</summary>
    public async Task<string> CreateAsync(string path, params (string Name, string Value)[] form) => (string)(await PostAsync(path, form)).Ok()["id"]!;

    public Task<string> ProductAsync(string name = "Tea") => CreateAsync("/v1/products", ("name", name));

    public Task<string> PriceAsync(string product, params (string Name, string Value)[] more) =>
        CreateAsync("/v1/prices", [("product", product), ("currency", "usd"), ("unit_amount", "1000"), .. more]);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Simulator.DisposeAsync();
    }

    private async Task<StripeAnswer> SendAsync(HttpMethod method, string path, string? key, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await Client.SendAsync(request);
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);
        return new StripeAnswer((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject(), headers);
    }
}
