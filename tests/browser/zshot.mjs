import { launch, person, signIn, laptop, phone, password, send } from './lib.mjs'
const base='http://127.0.0.1:8321'
const b=await launch()
const [who,vp,scheme,locale,...paths]=process.argv.slice(2)
const page=await person(b,vp==='phone'?phone:laptop,{colorScheme:scheme,locale})
await signIn(page,base,who)
let n=0
for(let p of paths){
 if(p.startsWith('click:')){await Promise.all([page.waitForNavigation(),page.locator(p.slice(6)).first().click()])}
 else await page.goto(base+p)
 if(new URL(page.url()).pathname==='/sign-in/fresh'){await page.fill('input[name=password]',password);await send(page,page.locator('form[action="/sign-in/fresh"] button'))}
 const f=`/tmp/shots/${who.split('@')[0]}-${vp}-${scheme}-${n++}.png`
 await page.screenshot({path:f,fullPage:true}); console.log(f,page.url(),(await page.content()).length)
}
if(process.env.LINKS) console.log(await page.evaluate(()=>[...document.querySelectorAll('main a')].map(a=>a.getAttribute('href')+' '+a.innerText.trim()).join('\n')))
console.log(page.faults)
await b.close()
