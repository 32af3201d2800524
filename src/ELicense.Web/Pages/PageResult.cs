using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ELicense.Web.Pages;

/// <summary>
/// A page as HTML, rendered on the server from one Razor component. Components have no routes of their own: a role serves only the pages that it maps,
/// however many roles share the process (Razor Pages of all class libraries would be found by every role).
/// </summary>
public sealed class PageResult<TPage, TModel>(PageContext page, TModel model, int statusCode = StatusCodes.Status200OK) : IResult
    where TPage : PageComponent<TModel>
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [nameof(PageRoot<TPage, TModel>.Context)] = page,
                [nameof(PageRoot<TPage, TModel>.Model)] = model,
            });
            var root = await renderer.RenderComponentAsync<PageRoot<TPage, TModel>>(parameters);
            return root.ToHtmlString();
        });

        var body = Encoding.UTF8.GetBytes("<!DOCTYPE html>\n" + html);
        var response = httpContext.Response;
        response.StatusCode = statusCode;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.Vary = "Accept-Language, Cookie";
        if (response.Headers.CacheControl.Count == 0)
            response.Headers.CacheControl = "no-cache";
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}

/// <summary>Hands the context down to a page and all its parts.</summary>
public sealed class PageRoot<TPage, TModel> : ComponentBase
    where TPage : PageComponent<TModel>
{
    [Parameter]
    public PageContext Context { get; set; } = null!;

    [Parameter]
    public TModel Model { get; set; } = default!;

    protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
    {
        builder.OpenComponent<CascadingValue<PageContext>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<PageContext>.Value), Context);
        builder.AddComponentParameter(2, nameof(CascadingValue<PageContext>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<PageContext>.ChildContent), (RenderFragment)(child =>
        {
            child.OpenComponent<TPage>(0);
            child.AddMultipleAttributes(1, [new(nameof(PageComponent<TModel>.Model), Model!)]);
            child.CloseComponent();
        }));
        builder.CloseComponent();
    }
}
