using CdcStripeSync.DevStack.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdcStripeSync.EndToEnd.Tests.Stack;

/// <summary>Stands before a registry: drops every connection until it is opened.</summary>
internal sealed class RegistryGate : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _behind;
    private volatile bool _open;

    private RegistryGate(WebApplication app, SchemaRegistryServer registry)
    {
        _app = app;
        _behind = new HttpClient { BaseAddress = registry.Address };
        app.Run(PassAsync);
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<RegistryGate> StartAsync(SchemaRegistryServer registry)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var gate = new RegistryGate(builder.Build(), registry);
        await gate._app.StartAsync();
        return gate;
    }

    public void Open() => _open = true;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _behind.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (!_open)
        {
            context.Abort();
            return;
        }

        using var answer = await _behind.GetAsync(new Uri(context.Request.Path + context.Request.QueryString, UriKind.Relative));
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/json";
        await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
    }
}
