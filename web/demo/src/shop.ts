/** What the page of the sample shop says, in both languages. Prices and promises are those of the shop's documents. */
import apples from './art/apples.svg'
import kettle from './art/kettle.svg'
import linen from './art/linen.svg'
import nuts from './art/nuts.svg'
import pot from './art/pot.svg'
import rice from './art/rice.svg'
import cooker from './art/cooker.svg'
import salmon from './art/salmon.svg'

export type Lang = 'zh' | 'en'
type Both = Record<Lang, string>

export const shop = {
  name: { zh: '麦栗生活', en: 'Maili Living' },
  nav: [
    { zh: '今日鲜货', en: 'Fresh today' },
    { zh: '粮油零食', en: 'Pantry' },
    { zh: '厨房小电', en: 'Kitchen' },
    { zh: '家居家纺', en: 'Home' },
  ] satisfies Both[],
  headline: { zh: '新鲜的，趁热的，\n用得久的。', en: 'Fresh food,\nhonest things for the home.' },
  intro: {
    zh: '三公里内小时达，最快 45 分钟送到；其余地址今晚下单，明早送达。家里的锅、灯和被子，也在这里。',
    en: 'Groceries within the hour near our stores, by the next morning elsewhere. And the pots, lamps and linen to go with them.',
  },
  ask: { zh: '有问题？问小麦', en: 'A question? Ask Mai' },
  browse: { zh: '看看商品', en: 'See what is in' },
  goods: { zh: '这周大家在买', en: 'Bought this week' },
  hints: { zh: '可以这样问小麦', en: 'Things to ask Mai' },
  hintsIntro: {
    zh: '小麦只根据店里的文件回答，并附上出处。文件里没有的，她会说不知道，或请人来帮您。',
    en: 'Mai answers from the shop’s own documents and shows where it says so. What they do not say she does not invent: she says so, or gets a person.',
  },
  note: {
    zh: '这是知客自带的示例商店，可以随意试。想从客服那一边看，请',
    en: 'This is the sample shop that comes with Zhike: try anything. To see the other side of the counter,',
  },
  console: { zh: '登录客服工作台', en: 'sign in to the console' },
  other: { zh: 'English', en: '中文' },
} as const

export const products: { art: string; name: Both; detail: Both; price: string }[] = [
  {
    art: apples,
    name: { zh: '阿克苏冰糖心苹果', en: 'Aksu apples' },
    detail: { zh: '5 斤装，约 12 个', en: '2.5 kg, about 12' },
    price: '39.90',
  },
  {
    art: salmon,
    name: { zh: '挪威三文鱼中段', en: 'Norwegian salmon' },
    detail: { zh: '300 克，可生食', en: '300 g, sashimi grade' },
    price: '79.00',
  },
  {
    art: rice,
    name: { zh: '五常稻花香大米', en: 'Wuchang rice' },
    detail: { zh: '5 公斤，真空包装', en: '5 kg, vacuum packed' },
    price: '69.90',
  },
  {
    art: nuts,
    name: { zh: '每日坚果 30 包', en: 'Daily nuts, 30 bags' },
    detail: { zh: '750 克，含花生', en: '750 g, contains peanuts' },
    price: '99.00',
  },
  {
    art: cooker,
    name: { zh: '麦栗电饭煲 MR40', en: 'Rice cooker MR40' },
    detail: { zh: '4 升，整机保修 1 年', en: '4 litres, 1-year warranty' },
    price: '399.00',
  },
  {
    art: kettle,
    name: { zh: '麦栗电水壶 K17', en: 'Kettle K17' },
    detail: { zh: '1.7 升，四档控温', en: '1.7 litres, four temperatures' },
    price: '149.00',
  },
  {
    art: pot,
    name: { zh: '铸铁珐琅锅', en: 'Enamelled cast-iron pot' },
    detail: { zh: '24 厘米，可刻字', en: '24 cm, engraving possible' },
    price: '459.00',
  },
  {
    art: linen,
    name: { zh: '纯棉四件套', en: 'Cotton bed linen' },
    detail: { zh: '1.5 米床', en: 'For a 1.5 m bed' },
    price: '259.00',
  },
]

export const questions: Record<Lang, { about: string; asks: string[] }[]> = {
  zh: [
    { about: '我的订单', asks: ['我昨天买的订单发货没？', '我的退款到哪一步了？'] },
    { about: '配送', asks: ['运费怎么算，多少钱包邮？', '生鲜能送到哪些城市？', '送货时没人在家怎么办？'] },
    { about: '售后', asks: ['收到的水果坏了怎么赔？', '金麦会员退货期是几天？', '买贵了能退差价吗？'] },
    { about: '使用', asks: ['电饭煲显示 E3 是什么意思？', '铸铁锅能放进微波炉吗？', '每日坚果里有花生吗？'] },
    { about: '找人', asks: ['我要转人工'] },
  ],
  en: [
    { about: 'My orders', asks: ['Has the order I placed yesterday been shipped?'] },
    { about: 'Delivery', asks: ['How much is shipping to Singapore?', 'Will I have to pay customs duty?'] },
    { about: 'Returns', asks: ['How long do I have to return something?', 'How do I cancel my order?'] },
    { about: 'Products', asks: ['What does F1 on my kettle mean?', 'How do I become a Gold member?'] },
    { about: 'People', asks: ['I want to talk to a real person'] },
  ],
}
